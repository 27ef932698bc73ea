public import FoundationEssentials
public import SweepAnalysis

/// All that a report is written from.
public struct ReportInput: Sendable {
    public var record: SweepRecord
    /// The sweep's best trial, or the promoted one; nil when there is none yet.
    public var best: TrialRecord?
    public var pictures: TrialPictures
    /// Models that were ever measured on this data set's test images, by all sweeps; nil counts this sweep's own.
    public var testLooks: Int?
    /// The number that says whether a program makes the same bits.
    public var kernelRevision: Int?
    public var now: Date
    /// One line about the machine: cores, instruction set, version.
    public var box: String

    public init(
        record: SweepRecord, best: TrialRecord? = nil, pictures: TrialPictures = TrialPictures(),
        testLooks: Int? = nil, kernelRevision: Int? = nil, now: Date, box: String
    ) {
        (self.record, self.best, self.pictures) = (record, best, pictures)
        (self.testLooks, self.kernelRevision, self.now, self.box) = (testLooks, kernelRevision, now, box)
    }
}
