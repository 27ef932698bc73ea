public import NeuralCore

/// What is known of a data set without a look at the disk.
extension DatasetReference {
    /// C names in the order of the labels; nil for `npz`, whose labels tell.
    public var classNames: [String]? {
        switch name {
        case "cifar10": CifarImage.classNames
        case "fashion-mnist": DatasetLocator.fashionNames
        case "mnist": numberedClasses(10)
        case "synthetic": numberedClasses(synthetic.classes)
        default: nil
        }
    }

    /// Samples of the validation split, if the data set is as large as the published one; nil when that is not known.
    public var publishedValidation: Int? {
        if let validation { return validation }
        let sizes: (training: Int, test: Int)? =
            switch name {
            case "cifar10": (50_000, 10_000)
            case "mnist", "fashion-mnist": (60_000, 10_000)
            case "synthetic": (10_000_000, 10_000_000)
            default: nil
            }
        guard let sizes, let classNames else { return nil }
        let contents = SourceContents(
            training: sizes.training, validation: nil, test: sizes.test, dimension: 1, classNames: classNames)
        do throws(DatasetError) { return try SplitPlan(self, contents).validation } catch { return nil }
    }
}

extension ImageShape {
    /// The shape of well-known images of so many values: CIFAR-10's 3072, MNIST's 784, the 64 of small digits.
    public init?(dimension: Int) {
        switch dimension {
        case 3072: self.init(height: 32, width: 32, channels: 3)
        case 784: self.init(height: 28, width: 28, channels: 1)
        case 64: self.init(height: 8, width: 8, channels: 1)
        default: return nil
        }
    }
}
