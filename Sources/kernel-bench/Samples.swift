import NeuralCore

/// Data sets to time steps on.
enum Samples {
    /// CIFAR-10's shape and size, random bytes: 150 MB, so that a minibatch comes from memory as it does in earnest.
    static func images() -> PreparedData {
        PreparedData(
            TrainingData(
                train: bytes(49_000, dimension: 3072, classes: 10), validation: bytes(10, dimension: 3072, classes: 10)),
            preprocess: .mean)
    }

    static func bytes(_ count: Int, dimension: Int, classes: Int) -> LabelledSamples {
        var random = XorShift()
        let matrix = SampleMatrix(bytes: count, dimension: dimension) { bytes in
            for i in bytes.indices { bytes[i] = random.next() }
        }
        return labelled(matrix, classes)
    }

    static func floats(_ count: Int, dimension: Int, classes: Int) -> LabelledSamples {
        var random = XorShift()
        let matrix = SampleMatrix(floats: count, dimension: dimension) { values in
            for i in values.indices { values[i] = (Float(random.next()) - 127.5) / 10 }
        }
        return labelled(matrix, classes)
    }

    private static func labelled(_ matrix: SampleMatrix, _ classes: Int) -> LabelledSamples {
        LabelledSamples(samples: matrix, labels: (0..<matrix.count).map { UInt16($0 % classes) }, classes: classes)
    }
}

/// Marsaglia: Xorshift RNGs (Journal of Statistical Software, 2003), a byte at a time.
private struct XorShift {
    private var state: UInt64 = 88_172_645_463_325_252

    mutating func next() -> UInt8 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}
