public import NeuralCore

/// What a sweep trains on. There is no test split in here.
public struct LoadedDataset: Sendable {
    public let training: TrainingData
    /// SHA-256 in hex over the samples and labels of both splits, whatever layout they were read from.
    public let digest: String
    /// C names, in the order of the labels.
    public let classNames: [String]
    /// Nil when a sample is not an image.
    public let imageShape: ImageShape?
    /// The folder or file that was read.
    public let location: String
}

public typealias ImageShape = NeuralCore.ImageShape

/// Sizes of a data set, known before its samples are read.
public struct DatasetShape: Sendable, Equatable {
    /// Samples in each split, after defaults.
    public let train: Int
    public let validation: Int
    /// 0 when there is no test split.
    public let test: Int
    /// D, the values of a sample.
    public let dimension: Int
    /// C, the number of classes.
    public let classes: Int
    /// Nil when a sample is not an image.
    public let image: ImageShape?
    /// Bytes that one value takes in memory: 1 or 4.
    public let valueSize: Int

    /// Bytes that the training and the validation split take in memory.
    public var trainingBytes: Int { (train + validation) * dimension * valueSize }
}
