import Plots
import SweepAnalysis
import SweepModel

/// Writes the contents of a report.
struct ReportWriter {
    /// Longer tables of trials are cut; `export` writes all.
    static let mostRows = 1000

    let input: ReportInput
    let view: SweepView
    /// In the order of the table: by rank, then all others by index.
    let rows: [SweepView.Outcome]

    init(_ input: ReportInput) {
        self.input = input
        let plain = SweepView(input.record, PlotChoices())
        let rest = plain.outcomes.filter { $0.value == nil }
        rows = Array((plain.ranked + rest).prefix(Self.mostRows))
        let shown = Set(rows.map(\.trial.id))
        view = SweepView(
            input.record,
            PlotChoices(now: input.now) { shown.contains($0) ? "#" + ReportWriter.anchor($0) : nil })
    }

    var record: SweepRecord { input.record }
    var sweep: Sweep { input.record.sweep }

    static func anchor(_ trial: Int64) -> String { "trial-\(trial)" }

    /// A link to the trial's row, if the table has one.
    func mention(_ trial: Int64, _ word: String = "trial") -> Inline {
        view.link(trial) == nil ? .text("\(word) \(trial)") : .link("\(word) \(trial)", id: Self.anchor(trial))
    }

    func document() -> Document {
        Document(
            title: "Sweep \(sweep.id): \(sweep.name)", lead: lead(),
            sections: [searched(), won(), certainty(), diagnosis(), plots()] + [bestTrial()].compactMap { $0 }
                + [trials(), reproduction()],
            footer: ["Written by sweepd on \(NumberText.date(input.now)). \(input.box)"])
    }

    func accuracy(_ value: Double) -> String {
        NumberText.fixed(value, record.validationExamples > 1000 ? 4 : 3)
    }

    /// Of the best trial's model if it was measured, else the newest one of any.
    var promotion: Promotion? {
        let best = view.best?.trial.id
        let single = record.promotions.filter { !$0.isEnsemble }
        return single.first { $0.trial == best } ?? single.first
    }

    /// The newest ensemble that was measured.
    var ensemble: Promotion? { record.promotions.first(where: \.isEnsemble) }

    func testResult(_ promotion: Promotion) -> String {
        let interval = promotion.interval95
        let digits = promotion.testExamples > 1000 ? 4 : 3
        return NumberText.fixed(promotion.testAccuracy, digits)
            + " (\(NumberText.fixed(interval.lower, digits))–\(NumberText.fixed(interval.upper, digits)))"
    }

    /// A parameter's value in a table: numbers to four digits.
    func value(_ value: ParameterValue?) -> [Inline] { value.map { [.text(ParameterScale.text($0))] } ?? ["–"] }
}
