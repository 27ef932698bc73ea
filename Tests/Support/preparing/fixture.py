#!/usr/bin/env python3
"""usage: fixture.py > Tests/NeuralCoreTests/PreparingFixture.swift

What is done to images before a training, computed with NumPy in the plainest way, for PreparationTests to compare with.
docs/preprocessing.md has the formulas. `fixture.py --cifar FOLDER FILE` compares 200 rows of a FILE of float32 that holds the
validation images of CIFAR-10 under contrast+pca with 300 components, 49,000 training images and one view."""
import sys
import numpy as np


def contrast(x):
    x = x.reshape(len(x), -1).astype(float)
    x = x - x.mean(1, keepdims=True)
    return x / np.sqrt((x * x).mean(1, keepdims=True) + 10)


def whitening(x, k, epsilon):
    """Mean and matrix of training rows x."""
    mean = x.mean(0)
    values, vectors = np.linalg.eigh((x - mean).T @ (x - mean) / len(x))
    values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), np.arange(k)])
    scale = 1 / np.sqrt(values + epsilon * values[0])
    return mean, vectors * scale / np.sqrt(np.mean(values * scale**2))


def hog(image):
    height, width, channels = image.shape
    image, down, across = image.astype(float), height // 4, width // 4
    at = lambda y, x: image[min(max(y, 0), height - 1), min(max(x, 0), width - 1)]
    cells = np.zeros((down, across, 18))
    for y in range(down * 4):
        for x in range(across * 4):
            gx, gy = at(y, x + 1) - at(y, x - 1), at(y + 1, x) - at(y - 1, x)
            c = np.argmax(gx**2 + gy**2)
            direction = np.arctan2(gy[c], gx[c]) % (2 * np.pi) / (2 * np.pi) * 18
            for bin, share in ((int(direction), 1 - direction % 1), (int(direction) + 1, direction % 1)):
                for cy in range(down):
                    for cx in range(across):
                        near = max(0, 1 - abs(y + 0.5 - 4 * cy - 2) / 4) * max(0, 1 - abs(x + 0.5 - 4 * cx - 2) / 4)
                        cells[cy, cx, bin % 18] += near * share * np.hypot(gx[c], gy[c])
    unsigned = cells[..., :9] + cells[..., 9:]
    energy = (unsigned**2).sum(-1)
    edge = np.pad(energy, 1, mode="edge")
    out = np.zeros((down, across, 31))
    for block, (dy, dx) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        norm = sum(edge[dy + i : dy + i + down, dx + j : dx + j + across] for i in (0, 1) for j in (0, 1))
        inverse = 1 / np.sqrt(norm + 1e-4 * 255**2)[..., None]
        signed = np.minimum(cells * inverse, 0.2)
        out[..., :18] += 0.5 * signed
        out[..., 18:27] += 0.5 * np.minimum(unsigned * inverse, 0.2)
        out[..., 27 + block] = 0.2357 * signed.sum(-1)
    return out.reshape(-1)


def color(image):
    height, width, channels = image.shape
    cells = image[: height // 4 * 4, : width // 4 * 4].astype(float)
    cells = cells.reshape(4, height // 4, 4, width // 4, channels)
    return np.stack([cells.mean((1, 3)), cells.std((1, 3))], -1).reshape(-1)


def view(image, down, right, mirrored):
    if mirrored:
        # The mirror image is moved, so that its own edge is what is repeated.
        image = image[:, ::-1]
    height, width, _ = image.shape
    rows = np.clip(np.arange(height) + down, 0, height - 1)
    return image[rows][:, np.clip(np.arange(width) + right, 0, width - 1)]


def compare(folder, path):
    batches = [np.fromfile(f"{folder}/data_batch_{i}.bin", np.uint8).reshape(-1, 3073)[:, 1:] for i in range(1, 6)]
    images = np.concatenate(batches).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    mean, matrix = whitening(contrast(images[:49000]), 300, 1e-2)
    ours = np.fromfile(path, np.float32)[: 200 * 300].reshape(200, 300)
    difference = np.abs(ours - (contrast(images[49000:49200]) - mean) @ matrix)
    print(f"largest difference {difference.max():.2e}, median of the columns' largest {np.median(difference.max(0)):.2e}")


def text(values):
    return " ".join(f"{v:.9g}" for v in np.asarray(values).reshape(-1))


def main():
    if sys.argv[1:2] == ["--cifar"]:
        return compare(*sys.argv[2:4])
    random = np.random.default_rng(6)
    y, x = np.mgrid[0:8, 0:12]
    images = []
    for _ in range(40):
        waves = [np.sin(random.uniform(-1, 1) * y + random.uniform(-1, 1) * x + random.uniform(0, 6)) for _ in range(3)]
        images.append(np.stack(waves, -1) * random.uniform(10, 90) + random.uniform(90, 160) + random.normal(0, 6, (8, 12, 3)))
    images = np.clip(np.round(images), 0, 255).astype(np.uint8)
    train, validation = images[:36], images[36:]
    groups = [contrast, lambda i: np.array([hog(p) for p in i]), lambda i: np.array([color(p) for p in i])]
    whitened, standardized = [], []
    moved = np.array([view(p, 1, -2, True) for p in validation])
    for number, group in enumerate(groups):
        mean, matrix = whitening(group(train), 20, 0.01)
        whitened.append(np.concatenate([(group(validation) - mean) @ matrix]))
        values = [f(t) for f in [group if number else (lambda i: i.reshape(len(i), -1).astype(float))] for t in (train, validation)]
        deviation = values[0].std(0)
        standardized.append((values[1] - values[0].mean(0)) / np.where(deviation > 0, deviation, 1))
    symmetric = random.normal(size=(37, 37))
    symmetric = (symmetric + symmetric.T).round(3)
    values, vectors = np.linalg.eigh(symmetric)
    vectors = vectors[:, ::-1] * np.sign(vectors[:, ::-1][np.abs(vectors[:, ::-1]).argmax(0), np.arange(37)])
    print("// Made by `Tests/Support/preparing/fixture.py`; all arrays are row-major.")
    print("enum PreparingFixture {")
    print("    /// 40 images of 8×12 pixels of 3 channels, of which the last 4 are for validation, in hexadecimal.")
    print(f'    static let images = """\n        {images.tobytes().hex()}\n        """')
    for name, what, array in (
        ("whitened", "Pixels, hog, color of the validation images, each whitened to 20 with ε = 0.01.", np.concatenate(whitened, 1)),
        ("standardized", "The same three groups, standardized.", np.concatenate(standardized, 1)),
        ("hog", "Of the first image.", hog(images[0])),
        ("color", "Of the first image.", color(images[0])),
        ("moved", "The validation images mirrored, of that pixel (y + 1, x − 2).", moved),
        ("symmetric", "37×37.", symmetric),
        ("values", "Its eigenvalues, descending.", values[::-1]),
        ("vectors", "And the vectors of the first five.", vectors[:, :5].T),
    ):
        print(f'    /// {what}\n    static let {name} = """\n        {text(array)}\n        """')
    print("}")


main()
