"""A Keras file becomes a glassnet network without Keras, and a glassnet network a file that Keras opens.

Run it with `python examples/from_keras.py`; it needs the extra `keras`, PyTorch as Keras's backend, and some seconds.
"""

import os
import warnings

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch

import glassnet as gn

torch.set_num_threads(1)
warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)  # within Keras
rng = np.random.default_rng(0)
pixels = rng.integers(0, 256, size=(200, 8, 8)).astype(np.float32)

model = keras.Sequential(
    [
        keras.Input((8, 8)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(16),
        keras.layers.BatchNormalization(),
        keras.layers.LeakyReLU(0.2),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.save("model.keras")

# Read from the file, of which nothing is executed. Rescaling has gone into the first Dense's weights.
net = gn.from_keras("model.keras")
print(net)
difference = np.abs(net.predict(pixels.reshape(200, -1)) - model.predict(pixels, verbose=0)).max()
print(f"largest difference of 200 predictions: {difference:.0e}")

# The other way: trained here, opened there.
x, t = pixels.reshape(200, -1) / 255, (pixels[:, :4].mean(axis=(1, 2)) > 127).astype(int)
small = gn.Network([gn.Dense(64, 8), gn.Tanh(), gn.Dense(8, 2), gn.Softmax()])
small.fit(x, t, optimizer=gn.Adam(0.01), epochs=60, executor="reference", verbose=0)
again = keras.saving.load_model(gn.save_keras(small, "small.keras"))
print(f"accuracy here {small.accuracy(x, t):.3f}, in Keras {(again.predict(x, verbose=0).argmax(1) == t).mean():.3f}")

# What has no counterpart is named, and nothing is guessed.
model.add(keras.layers.GaussianNoise(0.1, name="noise"))
try:
    gn.from_keras(model)
except gn.GlassnetError as error:
    print(error)
