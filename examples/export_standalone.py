"""One network as Python, C and JavaScript files that need nothing of glassnet's, each run on the same row.

    python examples/export_standalone.py

A C compiler and Node are used if they are there. The files are written into the present folder.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

import glassnet as gn

# XOR with two named classes, learnt in a second.
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
net = gn.Network([gn.Dense(2, 8), gn.Tanh(), gn.Dense(8, 1), gn.Sigmoid()], seed=1)
net.fit(x, [0, 1, 1, 0], optimizer=gn.Adam(0.1), epochs=100, batch_size=4, executor="reference", verbose=0)
print("glassnet:  ", net.predict([[0.0, 1.0]]).ravel().round(4), "class", net.classify([[0.0, 1.0]])[0])

# Python with NumPy alone: `python -I` sees no other module of ours.
path = gn.export(net, "xor.py")
done = subprocess.run([sys.executable, "-I", path, "-"], input="0,1\n", capture_output=True, text=True, check=True)
print("Python:    ", done.stdout.strip())

# C99: one file, one function, no memory of its own.
path = gn.export(net, "xor.c")
compiler = shutil.which("cc") or shutil.which("gcc")
if compiler:
    program = Path("xor-program").resolve()
    subprocess.run([compiler, "-std=c99", "-O2", "-DGLASSNET_MAIN", path, "-lm", "-o", program], check=True)
    done = subprocess.run([program], input="0 1\n", capture_output=True, text=True, check=True)
    print("C:         ", done.stdout.strip())

# JavaScript: an ES module, for a page or for Node.
path = gn.export(net, "xor.mjs")
if shutil.which("node"):
    code = f'import {{ predict }} from "{path.resolve().as_uri()}"; console.log(predict([0, 1]))'
    done = subprocess.run(["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True)
    print("JavaScript:", done.stdout.strip())
