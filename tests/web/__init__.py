"""The pages, as a browser meets them."""
