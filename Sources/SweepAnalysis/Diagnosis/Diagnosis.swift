/// What a teacher would say, from rules.
///
/// Each rule compares with the noise of what it looks at and says nothing from too little data; its thresholds stand
/// beside it with their reason. Most rules are those of CS231n's notes on training
/// (https://cs231n.github.io/neural-networks-3).
public enum Diagnosis {
    /// What there is to say of a sweep as a whole, and of its best trial; the most important first.
    public static func findings(of record: SweepRecord) -> [Finding] {
        SweepDiagnosis(record).findings()
    }

    /// What there is to say of one trial; the most important first.
    ///
    /// - Parameters:
    ///   - validationExamples: what the noise of an accuracy depends on.
    ///   - classes: number of classes, for the loss of a guess, ln(classes).
    public static func findings(of record: TrialRecord, validationExamples: Int, classes: Int) -> [Finding] {
        TrialDiagnosis(record: record, validationExamples: validationExamples, classes: classes > 1 ? classes : nil)
            .findings()
    }

    /// Warnings, advice, notes; within each in the order given.
    static func ranked(_ findings: [Finding]) -> [Finding] {
        [Finding.Level.warning, .advice, .note].flatMap { level in findings.filter { $0.level == level } }
    }
}
