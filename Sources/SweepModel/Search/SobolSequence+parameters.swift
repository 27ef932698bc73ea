extension SobolSequence {
    /// Which dimension a parameter takes. Frozen: stored sweeps depend on it, so names are only added at the end.
    ///
    /// The first dimensions are the most even ones, in pairs, too: they belong to the parameters that matter most.
    static let names = [
        "learning_rate", "reg", "hidden_size", "batch_size", "momentum", "learning_rate_decay", "dropout",
        "weight_scale", "epochs", "iterations", "label_smoothing", "optimizer", "schedule", "preprocess",
        "input_dropout", "flip", "shift", "pca_components", "precision", "seed", "features", "store", "warmup_epochs",
        "clip_norm", "averaging", "ema_decay", "tail_share", "patience", "hog_components", "pca_epsilon",
        "hog_epsilon",
    ]

    /// The dimension of the parameter `name`; those that the list lacks come after it.
    static func dimension(of name: String) -> Int {
        if let place = names.firstIndex(of: name) { return place }
        let others = TrainingParameter.all.map(\.name).filter { !names.contains($0) }
        return (names.count + (others.firstIndex(of: name) ?? others.count)) % dimensions
    }
}

/// The coordinates of one parameter in a Sobol search: in (0, 1), the same whatever other parameters there are.
struct SobolAxis {
    private let sequence: SobolSequence
    private let key: UInt64

    init(name: String, seed: UInt64) {
        sequence = SobolSequence(dimension: SobolSequence.dimension(of: name))
        key = DrawStream.key(seed: seed, name: name)
    }

    func unit(_ draw: Int) -> Double {
        (Double(SobolSequence.scrambled(sequence.point(draw), key: key)) + 0.5) / 0x1p32
    }
}

extension ParameterSpec {
    /// The value at point number `draw` of a Sobol search with `seed`.
    func value(atSobol draw: Int, seed: UInt64) -> ParameterValue {
        let axis = SearchAxis(self)
        return axis.isConstant
            ? value(at: 0) : axis.value(atUnit: SobolAxis(name: name, seed: seed).unit(draw))
    }
}
