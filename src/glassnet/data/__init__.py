"""Data: MNIST and the file formats, scalings, pictures of digits, augmentation."""
