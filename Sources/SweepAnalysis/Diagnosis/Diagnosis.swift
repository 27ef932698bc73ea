/// What a teacher would say, from rules.
public enum Diagnosis {
    /// What there is to say of a sweep as a whole; the most important first.
    public static func findings(of record: SweepRecord) -> [Finding] {
        []
    }

    /// What there is to say of one trial; the most important first.
    ///
    /// - Parameters:
    ///   - validationExamples: what the noise of an accuracy depends on.
    ///   - classes: number of classes, for the loss of a guess, ln(classes).
    public static func findings(of record: TrialRecord, validationExamples: Int, classes: Int) -> [Finding] {
        []
    }
}
