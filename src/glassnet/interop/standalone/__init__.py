"""Networks as source code that needs nothing: Python with NumPy alone, C99, JavaScript."""
