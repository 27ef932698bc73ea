public import SweepAnalysis

/// `GET /v1/sweeps/{id}/diagnosis`.
public struct SweepDiagnosisReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    /// The most important first.
    public var findings: [FindingReply]

    public init(sweep: Int64, findings: [FindingReply]) { (self.sweep, self.findings) = (sweep, findings) }
}

/// `GET /v1/trials/{id}/diagnosis`.
public struct TrialDiagnosisReply: Codable, Sendable, Equatable {
    public var trial: Int64
    /// The most important first.
    public var findings: [FindingReply]

    public init(trial: Int64, findings: [FindingReply]) { (self.trial, self.findings) = (trial, findings) }
}

/// One thing to know, or to change next time.
public struct FindingReply: Codable, Sendable, Equatable {
    public var level: Finding.Level
    /// The rule that speaks.
    public var code: Finding.Code
    public var title: String
    /// The figures that it rests on.
    public var detail: String
    @OrNull public var advice: String?
    /// The trial that it speaks of.
    @OrNull public var trial: Int64?
    /// The parameter that it speaks of.
    @OrNull public var parameter: String?

    public init(_ finding: Finding) {
        (level, code, title, detail) = (finding.level, finding.code, finding.title, finding.detail)
        advice = finding.advice
        trial = finding.trial
        parameter = finding.parameter
    }
}

/// `GET /v1/sweeps/{id}/importance`.
public struct ImportanceReply: Codable, Sendable, Equatable {
    public var sweep: Int64
    /// Nil while there are too few trials, or when nothing varies.
    @OrNull public var importance: ParameterImportance?

    public init(sweep: Int64, importance: ParameterImportance?) {
        self.sweep = sweep
        self.importance = importance
    }
}
