extension Hyperparameters {
    /// Reads a trial's parameters: every name known, every value in range, required ones there, none at odds.
    public init(_ assignment: ParameterAssignment) throws(SweepFileError) {
        let log = IssueLog()
        func report(_ name: String, _ detail: String) {
            log.report(line: nil, column: nil, pointer: "/" + JSONText.pointerToken(name), detail)
        }
        for entry in assignment.entries {
            guard let parameter = TrainingParameter.named(entry.name) else {
                report(entry.name, "unknown parameter; \(TrainingParameter.hint(for: entry.name))")
                continue
            }
            if !parameter.accepts(entry.value) {
                report(entry.name, "\(entry.value.jsonText) is not accepted; write \(parameter.rangeText)")
            }
        }
        for parameter in TrainingParameter.all where parameter.isRequired && assignment[parameter.name] == nil {
            report(parameter.name, "\(parameter.name) is missing; \(parameter.help)")
        }
        if assignment["iterations"] != nil, assignment["epochs"] != nil {
            report("epochs", "iterations and epochs both set the length; keep one")
        }
        let required = (assignment["hidden_size"]?.integerValue, assignment["learning_rate"]?.doubleValue)
        guard log.isEmpty, case (let hidden?, let rate?) = required else { throw log.error }
        self.init(hiddenSize: hidden, learningRate: rate)
        takeNumbers(assignment)
        takeWords(assignment)
        if precision == .bf16, inputDropout > 0 {
            throw SweepFileError(
                SweepFileIssue(
                    line: nil, column: nil, pointer: "/input_dropout",
                    detail: "input_dropout does not go with bf16; write 0, or the precision \"float32\""))
        }
        takePreparation(assignment)
        try checkPreparation()
        if optimizer == .nesterov, momentum == 0 {
            throw SweepFileError(
                SweepFileIssue(
                    line: nil, column: nil, pointer: "/momentum",
                    detail: "nesterov needs a momentum above 0; write 0.9, or the optimizer \"sgd\""))
        }
    }

    private mutating func takeNumbers(_ assignment: ParameterAssignment) {
        if let value = assignment["learning_rate_decay"]?.doubleValue { learningRateDecay = value }
        if let value = assignment["reg"]?.doubleValue { reg = value }
        if let value = assignment["batch_size"]?.integerValue { batchSize = value }
        if let value = assignment["iterations"]?.integerValue { length = .iterations(value) }
        if let value = assignment["epochs"]?.doubleValue { length = .epochs(value) }
        if let value = assignment["dropout"]?.doubleValue { dropout = value }
        if let value = assignment["input_dropout"]?.doubleValue { inputDropout = value }
        if let value = assignment["warmup_epochs"]?.doubleValue { warmupEpochs = value }
        if let value = assignment["clip_norm"]?.doubleValue { clipNorm = value }
        if let value = assignment["patience"]?.integerValue { patience = value }
        if let value = assignment["label_smoothing"]?.doubleValue { labelSmoothing = value }
        if let value = assignment["weight_scale"]?.doubleValue { weightScale = .number(value) }
        if let value = assignment["seed"]?.integerValue { seed = UInt64(exactly: value) }
    }

    private mutating func takePreparation(_ assignment: ParameterAssignment) {
        if let value = assignment["pca_components"]?.integerValue { pcaComponents = value }
        if let value = assignment["pca_epsilon"]?.doubleValue { pcaEpsilon = value }
        if case .bool(let value) = assignment["flip"] { flip = value }
        if let value = assignment["shift"]?.integerValue { shift = value }
        if case .string(let word) = assignment["features"] { features = Features(rawValue: word) ?? features }
        if let value = assignment["hog_components"]?.integerValue { hogComponents = value }
        if let value = assignment["hog_epsilon"]?.doubleValue { hogEpsilon = value }
        if case .string(let word) = assignment["store"] { store = Store(rawValue: word) }
    }

    private func checkPreparation() throws(SweepFileError) {
        func refuse(_ name: String, _ detail: String) throws(SweepFileError) -> Never {
            throw SweepFileError(SweepFileIssue(line: nil, column: nil, pointer: "/" + name, detail: detail))
        }
        if preprocess == .contrastPCA, pcaComponents == 0 {
            try refuse("pca_components", "contrast+pca needs pca_components of 1 or more; write 300")
        }
        if preprocess == .mean, features.rawValue.hasPrefix("pixels+") {
            try refuse(
                "preprocess",
                "\(features.rawValue) joins pixels to features of another scale; write preprocess \"standardize\" or "
                    + "\"contrast+pca\"")
        }
        let isComputed = preprocess == .contrastPCA || features != .pixels
        if precision == .bf16, isComputed, store == .float32 {
            try refuse("store", "bf16 takes inputs of bytes; write store \"byte\", or precision \"float32\"")
        }
    }

    private mutating func takeWords(_ assignment: ParameterAssignment) {
        if case .string("he") = assignment["weight_scale"] { weightScale = .he }
        if case .string(let word) = assignment["schedule"] { schedule = Schedule(rawValue: word) ?? schedule }
        if case .string(let word) = assignment["preprocess"] { preprocess = Preprocess(rawValue: word) ?? preprocess }
        if case .string(let word) = assignment["precision"] { precision = Precision(rawValue: word) ?? precision }
        if case .string(let word) = assignment["optimizer"] { optimizer = Optimizer(rawValue: word) ?? optimizer }
        switch assignment["averaging"] {
        case .string("ema"): averaging = .ema(decay: assignment["ema_decay"]?.doubleValue ?? 0.999)
        case .string("tail"): averaging = .tail(share: assignment["tail_share"]?.doubleValue ?? 0.25)
        default: break
        }
        let written = assignment["momentum"]?.doubleValue
        switch optimizer {
        case .sgd, .momentum:
            momentum = written ?? 0
            optimizer = momentum > 0 ? .momentum : .sgd
        case .nesterov: momentum = written ?? 0.9
        case .adam: momentum = 0
        }
    }
}
