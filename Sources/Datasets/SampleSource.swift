import NeuralCore

/// One data set on disk, in whatever layout: how many samples it has, and the first ones of a split.
///
/// The readers know nothing of splits: a pool is what the files hold, and `DatasetLocator` cuts it.
protocol SampleSource {
    /// The folder or file that is read.
    var location: String { get }
    /// `binary`, `python`, `idx`, `npz` or `generated`.
    var layout: String { get }

    /// What the files hold; cheap where headers or sizes tell.
    func contents() throws(DatasetError) -> SourceContents

    /// The first `count` samples of a pool.
    ///
    /// - Precondition: `count` is in 1...the pool's count as `contents` gives it.
    func read(_ pool: SamplePool, count: Int, contents: SourceContents) throws(DatasetError) -> LabelledSamples

    /// The files that it consists of.
    func files() -> [String]
}

/// A run of samples as the files hold it.
enum SamplePool: Sendable, Equatable {
    /// Train and validation, unless the latter is stored apart.
    case training
    /// A validation set of its own.
    case validation
    case test
}

/// What the files of a data set hold.
struct SourceContents: Sendable, Equatable {
    /// Samples in the training pool.
    var training: Int
    /// Samples in the validation pool; nil when validation is cut from the training pool.
    var validation: Int?
    /// Samples in the test pool; 0 when there is none.
    var test: Int
    var dimension: Int
    var classNames: [String]
    var image: ImageShape?
    var element: SampleMatrix.Element = .byte

    var classes: Int { classNames.count }
}

/// Names for classes that have none: their numbers.
func numberedClasses(_ count: Int) -> [String] { (0..<count).map(String.init) }

/// Checks labels that come from outside.
///
/// - Parameters:
///   - what: the file or array, for the error.
func checkLabels(_ labels: [UInt16], below classes: Int, in what: String) throws(DatasetError) {
    guard let index = labels.firstIndex(where: { Int($0) >= classes }) else { return }
    throw DatasetError(
        .badLabel,
        "label \(labels[index]) of sample \(index) in \(what) is not in 0...\(classes - 1); correct or fetch it again")
}

/// The most bytes that the samples of one split may take.
let largestSplitBytes = 1 << 34

/// N×D×size, or an error when that is more than `largestSplitBytes`.
func checkedByteCount(_ count: Int, _ dimension: Int, _ size: Int, in what: String) throws(DatasetError) {
    let (values, overflow) = count.multipliedReportingOverflow(by: dimension)
    let (bytes, overflow2) = values.multipliedReportingOverflow(by: size)
    if overflow || overflow2 || bytes > largestSplitBytes {
        throw DatasetError(
            .wrongSize, "\(what) announces \(count) samples of \(dimension) values, more than 16 GiB; use fewer")
    }
}
