public import FoundationEssentials

/// The one recorded evaluation of a model, or of several together, on the test set; never changed, never removed.
public struct Promotion: Sendable, Equatable {
    /// One model of an ensemble, as it was when it was measured.
    public struct Member: Codable, Sendable, Equatable {
        public var trial: Int64
        /// SHA-256 of its model file.
        public var modelDigest: String
        /// Of its probabilities in the mean.
        public var weight: Double
        /// Its own.
        public var valAccuracy: Double

        enum CodingKeys: String, CodingKey {
            case trial, weight
            case modelDigest = "model_digest"
            case valAccuracy = "val_accuracy"
        }

        public init(trial: Int64, modelDigest: String, weight: Double, valAccuracy: Double) {
            (self.trial, self.modelDigest, self.weight) = (trial, modelDigest, weight)
            self.valAccuracy = valAccuracy
        }
    }

    /// Models that can be measured together.
    public static let ensembleSizes = 2...100

    public var id: Int64
    public var sweep: Int64
    /// Of an ensemble, the best member's.
    public var trial: Int64
    /// SHA-256 of the model file, or of all that was measured together: members, and whether mirror images too.
    public var modelDigest: String
    /// Digest of the training data that the sweep had.
    public var datasetDigest: String
    /// Of what was measured: for an ensemble, that of all members together.
    public var valAccuracy: Double
    public var correct: Int
    public var testExamples: Int
    /// Nil for promotions of versions that did not keep it, and for more than ``Confusion/mostClasses`` classes.
    public var confusion: Confusion?
    /// The best first; empty for a single model as it is.
    public var members: [Member]
    /// Whether the answers to each image and to its mirror image were averaged.
    public var isMirrored: Bool
    public var caller: Caller
    public var at: Date

    public init(
        id: Int64 = 0, sweep: Int64, trial: Int64, modelDigest: String, datasetDigest: String, valAccuracy: Double,
        correct: Int, testExamples: Int, confusion: Confusion? = nil, members: [Member] = [],
        isMirrored: Bool = false, caller: Caller, at: Date
    ) {
        (self.members, self.isMirrored) = (members, isMirrored)
        self.id = id
        self.sweep = sweep
        self.trial = trial
        self.modelDigest = modelDigest
        self.datasetDigest = datasetDigest
        self.valAccuracy = valAccuracy
        self.correct = correct
        self.testExamples = testExamples
        self.confusion = confusion
        self.caller = caller
        self.at = at
    }

    public var isEnsemble: Bool { members.count > 1 }

    public var testAccuracy: Double { testExamples > 0 ? Double(correct) / Double(testExamples) : 0 }

    /// Wilson's score interval at 95 % for a binomial proportion (Wilson 1927), lower and upper bound.
    public var interval95: (lower: Double, upper: Double) {
        guard testExamples > 0 else { return (0, 1) }
        let n = Double(testExamples), p = testAccuracy, z = 1.959963984540054
        let centre = p + z * z / (2 * n)
        let spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return (max(0, (centre - spread) / scale), min(1, (centre + spread) / scale))
    }
}

/// Which classes a model takes for which, and some of its mistakes.
public struct Confusion: Codable, Sendable, Equatable {
    /// C×C counts of more classes are no picture, only a burden.
    public static let mostClasses = 256
    public static let mostMistakes = 64

    /// Rows are the labels, columns the predictions: C×C counts.
    public var counts: [[Int]]
    /// Evenly spread over the test split, at most 64 of them, in order of sample.
    public var mistakes: [Mistake]

    public struct Mistake: Codable, Sendable, Equatable {
        /// 0…n-1 within the test split.
        public var sample: Int
        public var label: Int
        public var prediction: Int

        public init(sample: Int, label: Int, prediction: Int) {
            (self.sample, self.label, self.prediction) = (sample, label, prediction)
        }
    }

    public init(counts: [[Int]], mistakes: [Mistake]) { (self.counts, self.mistakes) = (counts, mistakes) }

    /// Counts what a model said of each sample.
    ///
    /// Nil for more than ``mostClasses`` classes, and where a label or a prediction is none of them.
    public init?(labels: [UInt16], predictions: [UInt16], classes: Int) {
        guard 1...Self.mostClasses ~= classes, labels.count == predictions.count,
            labels.allSatisfy({ $0 < classes }), predictions.allSatisfy({ $0 < classes })
        else { return nil }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
        var wrong: [Int] = []
        for (sample, (label, prediction)) in zip(labels, predictions).enumerated() {
            counts[Int(label)][Int(prediction)] += 1
            if label != prediction { wrong.append(sample) }
        }
        let kept = min(wrong.count, Self.mostMistakes)
        let mistakes = (0..<kept).map { index in
            let sample = wrong[index * wrong.count / kept]
            return Mistake(sample: sample, label: Int(labels[sample]), prediction: Int(predictions[sample]))
        }
        self.init(counts: counts, mistakes: mistakes)
    }
}
