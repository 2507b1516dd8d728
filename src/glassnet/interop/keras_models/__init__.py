"""Keras's models and files: from them, and to them. Files are read and written without Keras."""
