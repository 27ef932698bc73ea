/// Samples with one class label each.
public struct LabelledSamples: Sendable {
    /// N×D.
    public let samples: SampleMatrix
    /// N labels, each in 0..<`classes`.
    public let labels: [UInt16]
    /// C, the number of classes.
    public let classes: Int

    /// - Precondition: as many labels as rows, every label below `classes`. Readers check what comes from outside.
    public init(samples: SampleMatrix, labels: [UInt16], classes: Int) {
        precondition(samples.count == labels.count, "\(samples.count) samples, \(labels.count) labels")
        precondition(labels.allSatisfy { Int($0) < classes }, "a label is not below \(classes)")
        (self.samples, self.labels, self.classes) = (samples, labels, classes)
    }

    public var count: Int { labels.count }

    public func slice(_ rows: Range<Int>) -> LabelledSamples {
        LabelledSamples(samples: samples.slice(rows), labels: Array(labels[rows]), classes: classes)
    }
}

/// What training may see: there is no test split in here, so a worker cannot look at one.
public struct TrainingData: Sendable {
    public let train: LabelledSamples
    public let validation: LabelledSamples

    /// - Precondition: the same dimension, element and classes on both sides.
    public init(train: LabelledSamples, validation: LabelledSamples) {
        precondition(train.samples.dimension == validation.samples.dimension)
        precondition(train.classes == validation.classes && train.samples.element == validation.samples.element)
        (self.train, self.validation) = (train, validation)
    }

    /// D.
    public var dimension: Int { train.samples.dimension }
    /// C.
    public var classes: Int { train.classes }
}

/// The test split, a type of its own: only promotion asks for one.
public struct TestData: Sendable {
    public let test: LabelledSamples

    public init(test: LabelledSamples) { self.test = test }
}
