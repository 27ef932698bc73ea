/// What is done to the images of a data set once, before any training on it: the part of a configuration that all trials
/// with the same values share in memory.
public struct Preparation: Sendable, Hashable {
    public var preprocess: TrainingConfiguration.Preprocess
    /// Inputs that `contrastPCA` keeps of each group of features, or all of a group that has no more.
    public var pcaComponents: Int
    /// What is added to each variance before the division by its root, as a share of the largest one.
    public var pcaEpsilon: Double
    /// Train on mirror images too.
    public var flip: Bool
    /// Train on images moved by up to so many pixels in both directions too.
    public var shift: Int
    public var features: Features
    /// The same of the histograms of gradients alone; 0 for as many as of the others.
    public var hogComponents: Int
    /// `pcaEpsilon` of the histograms of gradients; below 0 for the same.
    public var hogEpsilon: Double
    public var store: Store

    public init(
        preprocess: TrainingConfiguration.Preprocess, pcaComponents: Int = 300, pcaEpsilon: Double = 1e-2,
        flip: Bool = false, shift: Int = 0, features: Features = .pixels, hogComponents: Int = 0,
        hogEpsilon: Double = -1, store: Store = .float32
    ) {
        (self.preprocess, self.pcaComponents, self.pcaEpsilon) = (preprocess, pcaComponents, pcaEpsilon)
        (self.flip, self.shift, self.features) = (flip, shift, features)
        (self.hogComponents, self.hogEpsilon, self.store) = (hogComponents, hogEpsilon, store)
    }

    public struct Features: OptionSet, Sendable, Hashable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let pixels = Features(rawValue: 1)
        /// Histograms of oriented gradients.
        public static let hog = Features(rawValue: 2)
        /// Mean and standard deviation of each channel in the cells of a 4×4 grid.
        public static let color = Features(rawValue: 4)
    }

    /// What a row of computed inputs is kept as.
    public enum Store: String, Sendable, CaseIterable {
        case float32
        /// 255 steps over ±4.5 standard deviations.
        case byte
    }

    /// Whether the inputs of the network are the values of the data set.
    public var isPlain: Bool { features == .pixels && preprocess != .contrastPCA }

    /// The same with all values at their defaults that change nothing.
    public var canonical: Preparation {
        var result = self
        let defaults = Preparation(preprocess: .mean)
        if preprocess == .contrastPCA {
            if features.isDisjoint(with: .hog) || hogComponents == pcaComponents { result.hogComponents = 0 }
            if features.isDisjoint(with: .hog) || hogEpsilon == pcaEpsilon || hogEpsilon < 0 { result.hogEpsilon = -1 }
        } else {
            if features.isDisjoint(with: .pixels) { result.preprocess = .standardize }
            (result.pcaComponents, result.pcaEpsilon) = (defaults.pcaComponents, defaults.pcaEpsilon)
            (result.hogComponents, result.hogEpsilon) = (0, defaults.hogEpsilon)
        }
        if isPlain { result.store = .float32 }
        return result
    }

    /// The images that one image makes, itself first.
    var views: [View] {
        var views: [View] = []
        for isMirrored in flip ? [false, true] : [false] {
            for down in -shift...shift {
                for right in -shift...shift { views.append(View(down: down, right: right, isMirrored: isMirrored)) }
            }
        }
        return [View()] + views.filter { $0 != View() }
    }

    public var viewCount: Int { (2 * shift + 1) * (2 * shift + 1) * (flip ? 2 : 1) }

    /// One of the images that an image makes. Pixel (y, x) is pixel (y + down, x + right) of the image, or of its mirror
    /// image; outside, the nearest one at its edge.
    struct View: Sendable, Equatable {
        var down = 0
        var right = 0
        var isMirrored = false
    }
}

// MARK: Sizes

extension Preparation {
    public enum Limit {
        public static let shift = 4
        /// Of a group of features that is whitened: its covariance has the square of this.
        public static let whitened = 4096
    }

    /// Inputs of the network, for samples of `dimension` values.
    public func inputs(dimension: Int, image: ImageShape?) -> Int {
        isPlain ? dimension : groups(dimension: dimension, image: image).reduce(0) { $0 + $1.outputs }
    }

    /// What kind of numbers the network's inputs are stored as.
    public func element(of element: SampleMatrix.Element) -> SampleMatrix.Element {
        isPlain ? element : store == .byte ? .byte : .float
    }

    /// Bytes that all rows take, those of the data set itself not counted; 0 when they are used as they are.
    public func memoryBytes(
        train: Int, validation: Int, dimension: Int, element: SampleMatrix.Element, image: ImageShape?
    ) -> Int {
        if isPlain && viewCount == 1 { return 0 }
        let row = inputs(dimension: dimension, image: image) * self.element(of: element).size
        // Validation images of a data set that is used as it is are not copied.
        return (train * viewCount + (isPlain ? 0 : validation)) * row + train * viewCount * 2
    }

    /// Bytes that are needed besides while the rows are made.
    public func scratchBytes(train: Int, dimension: Int, image: ImageShape?) -> Int {
        groups(dimension: dimension, image: image).map { group in
            train * FeatureTransform.stride(group.inputs) * 4
                + (group.isWhitened ? group.inputs * group.inputs * 16 : 0)
        }.max() ?? 0
    }

    struct Group: Sendable, Equatable {
        var kind: Features
        /// Values before and after.
        var inputs: Int
        var outputs: Int
        var isWhitened: Bool
    }

    /// In the order in which they are joined; none when the data set's values are used as they are.
    func groups(dimension: Int, image: ImageShape?) -> [Group] {
        guard !isPlain else { return [] }
        let isWhitened = preprocess == .contrastPCA
        var groups: [Group] = []
        func add(_ kind: Features, _ inputs: Int, _ kept: Int) {
            groups.append(
                Group(
                    kind: kind, inputs: inputs, outputs: isWhitened ? min(kept, inputs) : inputs, isWhitened: isWhitened
                ))
        }
        if features.contains(.pixels) { add(.pixels, dimension, pcaComponents) }
        guard let image else { return groups }
        if features.contains(.hog) {
            add(.hog, FeatureTransform.hogCount(image), hogComponents > 0 ? hogComponents : pcaComponents)
        }
        if features.contains(.color) { add(.color, 32 * image.channels, pcaComponents) }
        return groups
    }

    /// - Throws: `invalidConfiguration` for values out of range, for what needs images and the samples are none, and for
    ///   more components than there are values or samples.
    public func validate(train: Int, dimension: Int, image: ImageShape?) throws(NeuralCoreError) {
        func refuse(_ message: String) throws(NeuralCoreError) -> Never {
            throw NeuralCoreError(.invalidConfiguration, message)
        }
        guard 0...Limit.shift ~= shift else { try refuse("shift is \(shift); use 0 to \(Limit.shift)") }
        guard hogEpsilon.isFinite else { try refuse("hog_epsilon is \(hogEpsilon); use 0 or more") }
        guard pcaEpsilon.isFinite, pcaEpsilon >= 0 else { try refuse("pca_epsilon is \(pcaEpsilon); use 0 or more") }
        guard !features.isEmpty else { try refuse("features are none; use pixels") }
        if flip || shift > 0 || !features.isSubset(of: .pixels) {
            let what = flip ? "flip" : shift > 0 ? "shift" : "features"
            guard let image, image.size == dimension else {
                try refuse(
                    "\(what) needs images, and the samples of this data set have no height and width; leave it out")
            }
            guard features.isSubset(of: .pixels) || (image.height >= 8 && image.width >= 8) else {
                try refuse(
                    "features hog and color need images of 8 by 8 pixels or more, these have \(image.height) by "
                        + "\(image.width); write pixels")
            }
        }
        if features.contains(.pixels), features != .pixels, preprocess == .mean {
            try refuse(
                "pixels are joined to other features only when they are on the same scale; write preprocess "
                    + "\"standardize\" or \"contrast+pca\"")
        }
        guard preprocess == .contrastPCA else { return }
        guard pcaComponents >= 1, hogComponents >= 0 else {
            try refuse("pca_components is \(pcaComponents), hog_components \(hogComponents); use 1 or more")
        }
        for group in groups(dimension: dimension, image: image) {
            guard group.inputs <= Limit.whitened else {
                try refuse(
                    "contrast+pca needs samples of at most \(Limit.whitened) values, these have \(group.inputs); "
                        + "write preprocess \"standardize\"")
            }
            guard group.kind != .pixels || pcaComponents <= group.inputs else {
                try refuse(
                    "pca_components is \(pcaComponents), and the samples have \(group.inputs) values; "
                        + "use 1 to \(group.inputs)")
            }
            guard group.outputs <= train else {
                try refuse(
                    "\(group.outputs) components cannot be had of \(train) training samples; lower pca_components to \(train)"
                )
            }
        }
    }
}
