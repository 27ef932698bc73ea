"""PyTorch: as its tutorials have it, eager with in-place operations, and the whole step under torch.compile.

The last two write the gradients out by hand, which is faster here than autograd and an optimizer; keep W1 as `nn.Linear` does,
H×D, which the library's products prefer; and let `addmm_` make dW1 and the update, L2 included, in one call.
"""

import numpy as np
import torch

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


class Torch:
    # Images as they are, converted at each step, or floats less their mean, four times the memory.
    CHOICES = [{"as_bytes": True}, {"as_bytes": False}]

    def __init__(self, rows, labels, as_bytes):
        self.y = torch.from_numpy(labels.astype(np.int64))
        self.X, self.as_bytes = torch.from_numpy(rows), as_bytes
        self.mean = torch.from_numpy(rows.mean(axis=0).astype(np.float32))
        if not as_bytes:
            self.X = self.X - self.mean

    def version(self):
        return f"PyTorch {torch.__version__} ({torch.backends.cpu.get_cpu_capability()})"

    def load(self, start):
        W1, b1, W2, b2 = (torch.from_numpy(tensor.astype(np.float32)) for tensor in start.weights)
        self.W1, self.b1, self.W2, self.b2 = W1.T.contiguous(), b1, W2, b2
        self.index, self.rate, self.reg = torch.from_numpy(start.index), start.rate, start.reg

    def advance(self, first, count):
        self.run(first, count)

    def weights(self):
        return self.W1.T.numpy(), self.b1.numpy(), self.W2.numpy(), self.b2.numpy()


class Autograd(Torch):
    """Modules, autograd, an optimizer; L2 of the weights as its weight decay."""

    def prepare(self, start):
        self.load(start)
        self.net = torch.nn.Sequential(
            torch.nn.Linear(self.X.shape[1], len(self.b1)), torch.nn.ReLU(), torch.nn.Linear(len(self.b1), len(self.b2)))
        first, _, second = self.net
        with torch.no_grad():
            for parameter, value in (
                (first.weight, self.W1), (first.bias, self.b1), (second.weight, self.W2.T), (second.bias, self.b2)):
                parameter.copy_(value)
        self.optimizer = torch.optim.SGD(
            [{"params": [first.weight, second.weight], "weight_decay": self.reg}, {"params": [first.bias, second.bias]}],
            lr=self.rate)

    def run(self, first, count):
        for index in self.index[first:first + count]:
            x = self.X[index]
            if self.as_bytes:
                x = x.float() - self.mean
            loss = torch.nn.functional.cross_entropy(self.net(x), self.y[index])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def weights(self):
        first, _, second = self.net
        tensors = first.weight.T, first.bias, second.weight.T, second.bias
        return tuple(tensor.detach().numpy() for tensor in tensors)


class Eager(Torch):
    def prepare(self, start):
        self.load(start)
        B, H = start.index.shape[1], self.b1.shape[0]
        self.x, self.A1, self.dA1 = (torch.empty(B, n) for n in (self.X.shape[1], H, H))
        self.gathered = torch.empty(B, self.X.shape[1], dtype=self.X.dtype)
        self.scores, self.every = torch.empty(B, 10), torch.arange(B)

    @torch.inference_mode()
    def run(self, first, count):
        for index in self.index[first:first + count]:
            self.step(index)

    def step(self, index):
        x, A1, dA1, rate = self.x, self.A1, self.dA1, self.rate
        torch.index_select(self.X, 0, index, out=self.gathered if self.as_bytes else x)
        if self.as_bytes:
            torch.sub(self.gathered, self.mean, out=x)
        y = self.y[index]
        torch.addmm(self.b1, x, self.W1.T, out=A1).relu_()
        torch.addmm(self.b2, A1, self.W2, out=self.scores)
        p = torch.softmax(self.scores, 1)
        loss = -p[self.every, y].log().mean()
        loss += self.reg / 2 * (self.W1.flatten().dot(self.W1.flatten()) + self.W2.flatten().dot(self.W2.flatten()))
        p[self.every, y] -= 1
        p /= len(y)
        torch.mm(p, self.W2.T, out=dA1)
        dA1.mul_(A1 > 0)
        self.W2.addmm_(A1.T, p, beta=1 - rate * self.reg, alpha=-rate)
        self.W1.addmm_(dA1.T, x, beta=1 - rate * self.reg, alpha=-rate)
        self.b1.sub_(dA1.sum(0), alpha=rate)
        self.b2.sub_(p.sum(0), alpha=rate)
        return loss


class Compiled(Torch):
    def prepare(self, start):
        self.load(start)
        rate, reg, as_bytes = self.rate, self.reg, self.as_bytes

        def step(W1, b1, W2, b2, X, mean, labels, index):
            x = X[index].float() - mean if as_bytes else X[index]
            y = labels[index]
            A1 = torch.relu(torch.addmm(b1, x, W1.T))
            log_p = torch.log_softmax(torch.addmm(b2, A1, W2), 1)
            loss = -log_p.gather(1, y[:, None]).mean() + reg / 2 * (W1.square().sum() + W2.square().sum())
            dscores = (log_p.exp() - torch.nn.functional.one_hot(y, log_p.shape[1])) / len(y)
            dA1 = (dscores @ W2.T) * (A1 > 0)
            W2.addmm_(A1.T, dscores, beta=1 - rate * reg, alpha=-rate)
            W1.addmm_(dA1.T, x, beta=1 - rate * reg, alpha=-rate)
            b1.sub_(dA1.sum(0), alpha=rate)
            b2.sub_(dscores.sum(0), alpha=rate)
            return loss

        # What is compiled is kept per function, eight versions at most.
        torch._dynamo.reset()
        self.step = torch.compile(step, dynamic=False)

    @torch.inference_mode()
    def run(self, first, count):
        net = self.W1, self.b1, self.W2, self.b2, self.X, self.mean, self.y
        for index in self.index[first:first + count]:
            self.step(*net, index)
