"""Networks from and to PyTorch, Keras and scikit-learn: the public functions, which hand on to `interop`."""
