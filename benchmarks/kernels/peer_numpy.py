"""NumPy: the exercise as it is written, and float32 with every buffer made once."""

import numpy as np
import threadpoolctl


class NumPy:
    def version(self):
        blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
        kernels = ", ".join(f"{pool['internal_api']} {pool['version']} {pool.get('architecture')}" for pool in blas)
        return f"NumPy {np.__version__} ({kernels})"

    def advance(self, first, count):
        self.run(first, count)

    def weights(self):
        return self.W1, self.b1, self.W2, self.b2


class Exercise(NumPy):
    """float64, images less their mean kept as float64, no buffer reused: CS231n's two-layer net."""

    CHOICES = [{}]

    def __init__(self, rows, labels):
        self.X, self.y = rows.astype(np.float64), labels.astype(np.int64)
        self.X -= self.X.mean(axis=0)

    def prepare(self, start):
        self.W1, self.b1, self.W2, self.b2 = (tensor.copy() for tensor in start.weights)
        self.index, self.rate, self.reg = start.index, start.rate, start.reg

    def run(self, first, count):
        for index in self.index[first:first + count]:
            self.step(self.X[index], self.y[index])

    def step(self, X, y):
        N = X.shape[0]
        hidden = np.maximum(0, X.dot(self.W1) + self.b1)
        scores = hidden.dot(self.W2) + self.b2
        exp_scores = np.exp(scores)
        probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[range(N), y])) / N
        loss += 0.5 * self.reg * (np.sum(self.W1 * self.W1) + np.sum(self.W2 * self.W2))
        dscores = probs
        dscores[range(N), y] -= 1
        dscores /= N
        dW2 = np.dot(hidden.T, dscores)
        db2 = np.sum(dscores, axis=0)
        dhidden = np.dot(dscores, self.W2.T)
        dhidden[hidden <= 0] = 0
        dW1 = np.dot(X.T, dhidden)
        db1 = np.sum(dhidden, axis=0)
        dW2 += self.reg * self.W2
        dW1 += self.reg * self.W1
        self.W1 += -self.rate * dW1
        self.b1 += -self.rate * db1
        self.W2 += -self.rate * dW2
        self.b2 += -self.rate * db2
        return loss


class Single(NumPy):
    """float32, large buffers made once; L2 is folded into the update, W ← (1 − ηλ)·W − η·dW."""

    # Images as they are, converted at each step, or floats less their mean, four times the memory.
    CHOICES = [{"as_bytes": True}, {"as_bytes": False}]

    def __init__(self, rows, labels, as_bytes):
        self.y = labels.astype(np.int64)
        self.mean = rows.mean(axis=0).astype(np.float32)
        self.as_bytes = as_bytes
        self.X = rows if as_bytes else np.subtract(rows, self.mean, dtype=np.float32)

    def prepare(self, start):
        self.W1, self.b1, self.W2, self.b2 = (tensor.astype(np.float32) for tensor in start.weights)
        self.index, self.rate, self.reg = start.index, np.float32(start.rate), np.float32(start.reg)
        B, (D, H), C = start.index.shape[1], self.W1.shape, self.b2.shape[0]
        self.x, self.A1, self.dA1 = (np.empty((B, n), np.float32) for n in (D, H, H))
        self.gathered, self.mask = np.empty((B, D), self.X.dtype), np.empty((B, H), bool)
        self.scores, self.dW1, self.dW2 = (np.empty(shape, np.float32) for shape in ((B, C), (D, H), (H, C)))
        self.every = np.arange(B)

    def run(self, first, count):
        for index in self.index[first:first + count]:
            self.step(index)

    def step(self, index):
        x, A1, dA1, scores, B = self.x, self.A1, self.dA1, self.scores, np.float32(len(index))
        # With the default mode `take` would go through a buffer.
        np.take(self.X, index, axis=0, out=self.gathered if self.as_bytes else x, mode="clip")
        if self.as_bytes:
            np.subtract(self.gathered, self.mean, out=x, dtype=np.float32)
        y = self.y[index]
        np.dot(x, self.W1, out=A1)
        A1 += self.b1
        np.maximum(A1, 0, out=A1)
        np.dot(A1, self.W2, out=scores)
        scores += self.b2
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        loss = -np.log(scores[self.every, y]).mean()
        loss += self.reg / 2 * (np.vdot(self.W1, self.W1) + np.vdot(self.W2, self.W2))
        scores[self.every, y] -= 1
        scores /= B
        np.dot(scores, self.W2.T, out=dA1)
        np.greater(A1, 0, out=self.mask)
        dA1 *= self.mask
        np.dot(A1.T, scores, out=self.dW2)
        np.dot(x.T, dA1, out=self.dW1)
        self.update(self.W2, self.dW2)
        self.update(self.W1, self.dW1)
        self.b1 -= self.rate * dA1.sum(axis=0)
        self.b2 -= self.rate * scores.sum(axis=0)
        return loss

    def update(self, W, dW):
        W *= 1 - self.rate * self.reg
        dW *= self.rate
        W -= dW
