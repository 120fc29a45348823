"""What a home holds beside its files: the manifests of landed batches and the key of its tokens."""
