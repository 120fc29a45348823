"use strict";
// Draws each chart of a page: its specification stands in charts.js, its rows in the page.
document.addEventListener("DOMContentLoaded", () => {
  const draw = (figure) => {
    figure.dataset.state = "drawing";
    const specification = structuredClone(window.charts[figure.dataset.chart]);
    const rows = JSON.parse(figure.querySelector("script").textContent);
    specification.data = { values: rows };
    if (specification.height.step) { // in a column as wide as the page the library wants a number
      const named = specification.layer[0].encoding.y.field;
      specification.height = specification.height.step * new Set(rows.map((row) => row[named])).size;
    }
    specification.description = figure.dataset.alt;
    return window
      .vegaEmbed(figure.querySelector(".drawn"), specification, { renderer: "svg", actions: false })
      .then(() => { figure.dataset.state = "drawn"; });
  };
  const figures = [...document.querySelectorAll("figure[data-chart]")];
  // One in a closed box has no width yet: it is drawn when the box is opened.
  figures.filter((figure) => !figure.closest("details:not([open])")).forEach(draw);
  for (const box of document.querySelectorAll("details:not([open])")) {
    box.addEventListener("toggle", () => {
      box.querySelectorAll('figure[data-chart]:not([data-state])').forEach(draw);
    }, { once: true });
  }
});
