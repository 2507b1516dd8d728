"""What stands for `google` where a notebook that was made for Colab imports `google.colab`."""
