import CKernels

/// Training data with what all trials of a sweep share: its preprocessing, and the sample that accuracy is measured on.
public final class PreparedData: Sendable {
    /// Which training samples accuracy is measured on while training.
    public struct Probe: Sendable, Equatable {
        public let count: Int
        /// The sweep's seed.
        public let seed: UInt64

        public init(count: Int = 1000, seed: UInt64 = 0) { (self.count, self.seed) = (count, seed) }
    }

    public let data: TrainingData
    public let preprocessing: Preprocessing
    public let probe: Probe
    /// Row numbers, ascending; all of them if the split has no more than `probe.count`.
    let probeRows: [UInt32]
    /// A checksum of preprocessing and labels, by which a checkpoint knows its data.
    let fingerprint: UInt64

    public init(_ data: TrainingData, preprocess: TrainingConfiguration.Preprocess, probe: Probe = Probe()) {
        (self.data, self.probe) = (data, probe)
        preprocessing = Preprocessing(kind: preprocess, of: data)
        probeRows = Self.rows(of: data, probe: probe)
        var hash: UInt64 = 1
        for values in [preprocessing.paddedMean, preprocessing.paddedScale] {
            values.withUnsafeBytes { hash = ck_checksum($0.baseAddress, Int64($0.count), hash) }
        }
        data.train.labels.withUnsafeBytes { hash = ck_checksum($0.baseAddress, Int64($0.count), hash) }
        fingerprint = hash
    }

    static func rows(of data: TrainingData, probe: Probe) -> [UInt32] {
        RandomStream.probe.sample(seed: probe.seed, count: max(probe.count, 1), bound: data.train.count)
    }
}
