/// Which data set a sweep trains on, and how much of it.
///
/// A count that is nil takes the data set's default: `cifar10` 49000/1000/1000, `mnist` and `fashion-mnist`
/// 55000/5000/10000, `synthetic` 2000/500/500. `npz` takes its whole `X_val` for validation, or else the last tenth of
/// `X_train`, and the whole of `X_test`. A default never asks for more than what the other counts leave.
public struct DatasetReference: Sendable, Equatable {
    /// `cifar10`, `fashion-mnist`, `mnist`, `npz` or `synthetic`.
    public var name: String
    /// For `npz` the file, for the others a folder to take instead of the usual one; relative to the data folder.
    public var path: String?
    /// Samples to train on, the first ones of the training set.
    public var train: Int?
    /// Samples to validate on: those that follow the ones trained on.
    public var validation: Int?
    /// Samples to test on, the first ones of the test set.
    public var test: Int?
    /// What `synthetic` generates; the others ignore it.
    public var synthetic: SyntheticOptions

    public init(
        name: String, path: String? = nil, train: Int? = nil, validation: Int? = nil, test: Int? = nil,
        synthetic: SyntheticOptions = SyntheticOptions()
    ) {
        (self.name, self.path) = (name, path)
        (self.train, self.validation, self.test) = (train, validation, test)
        self.synthetic = synthetic
    }

    /// The names a reference can have.
    public static let names = ["cifar10", "fashion-mnist", "mnist", "npz", "synthetic"]
}

/// The size of generated samples, and the seed that they come from.
public struct SyntheticOptions: Sendable, Equatable {
    /// D, the values of a sample; 1...65536.
    public var inputs: Int
    /// C, the number of classes; 2...1000.
    public var classes: Int
    public var seed: UInt64

    public init(inputs: Int = 192, classes: Int = 10, seed: UInt64 = 0) {
        (self.inputs, self.classes, self.seed) = (inputs, classes, seed)
    }
}
