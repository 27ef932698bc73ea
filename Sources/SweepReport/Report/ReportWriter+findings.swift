import SweepAnalysis

extension ReportWriter {
    func diagnosis() -> Document.Section {
        var findings = Diagnosis.findings(of: record)
        if let best = input.best, let classes = record.classes {
            // What was said of the sweep need not be said again of its best trial.
            let own = Diagnosis.findings(
                of: best, validationExamples: record.validationExamples, classes: classes)
            findings += own.filter { finding in
                !findings.contains { $0.code == finding.code && $0.trial == finding.trial }
            }
        }
        guard !findings.isEmpty else {
            return .init(
                id: "diagnosis", title: "Diagnosis", blocks: [.paragraph(["Nothing stands out."])])
        }
        // Stable within a level: the analysis puts the most important first.
        let ordered = [Finding.Level.warning, .advice, .note].flatMap { level in findings.filter { $0.level == level } }
        return .init(id: "diagnosis", title: "Diagnosis", blocks: ordered.map(remark))
    }

    private func remark(_ finding: Finding) -> Block {
        var title: [Inline] = [.text(finding.title)]
        if let trial = finding.trial { title += [" (", mention(trial), ")"] }
        let body: [[Inline]] = [[.text(finding.detail)]] + (finding.advice.map { [[.text($0)]] } ?? [])
        return .remark(level: finding.level.rawValue, title: title, body: body)
    }
}
