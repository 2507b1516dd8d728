"""PyTorch's modules and state dicts: from them, and to them."""
