"""Files of a release for readers who may see a part of it: a county its area, the public what hurts nobody."""
