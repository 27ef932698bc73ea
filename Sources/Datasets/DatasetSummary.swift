/// A data set as `dataset list` shows it.
public struct DatasetSummary: Sendable, Equatable {
    /// The name to write in a sweep file.
    public let name: String
    /// The path to write in a sweep file; nil for the usual place.
    public let path: String?
    /// The folder or file; empty for `synthetic`, nil for one that is not there.
    public let location: String?
    /// `binary`, `python`, `idx`, `npz` or `generated`.
    public let layout: String?
    /// Samples in the training set, validation included; nil when it cannot be used.
    public let trainSamples: Int?
    /// Samples in the test set; 0 when there is none, nil when it cannot be used.
    public let testSamples: Int?
    /// Bytes on disk.
    public let bytes: Int?
    /// Why it cannot be used; nil when it can, or is not there.
    public let problem: String?
}

/// What `dataset check` found after reading everything.
public struct DatasetCheck: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        public let name: String
        public let bytes: Int
        /// MD5 of the file's contents, decompressed if it is gzipped: what the published sums are compared with.
        public let md5: String
        /// Whether the contents are the published ones; nil when no sum is known.
        public let official: Bool?
    }

    public let name: String
    public let location: String
    public let layout: String
    /// Samples in the training set, validation included.
    public let trainSamples: Int
    /// Samples in the test set; 0 when there is none.
    public let testSamples: Int
    /// D, the values of a sample.
    public let dimension: Int
    public let classNames: [String]
    /// Samples of each class in the training set.
    public let trainClassCounts: [Int]
    /// Samples of each class in the test set.
    public let testClassCounts: [Int]
    /// The digest that a sweep with default splits would keep.
    public let digest: String
    public let files: [File]
    /// Things worth knowing that do not prevent training.
    public let remarks: [String]
}
