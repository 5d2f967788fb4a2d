"""Documents made from plain values, and files received checked: values in, bytes out."""
