import FoundationEssentials
import SweepAnalysis
import SweepModel

extension ReportWriter {
    func reproduction() -> Document.Section {
        let file = fileName
        var blocks: [Block] = [
            .paragraph([
                .text(
                    "The same file, the same data and the same kernel revision make the same bits, on any number of "
                        + "workers and any instruction set.")
            ]),
            .table(provenance()),
            .code(sweep.file, caption: "The sweep file as it was sent, \(file)"),
        ]
        if !overrides.isEmpty {
            blocks.append(
                .code(overrides.map { "\($0.key)=\($0.value)" }.joined(separator: "\n"), caption: "Overrides"))
        }
        blocks.append(.code(commands(file), caption: "Commands"))
        return .init(id: "reproduce", title: "How to reproduce it", blocks: blocks)
    }

    private func provenance() -> Table {
        var rows: [(String, [Inline])] = [("version", [.text(sweep.version)])]
        rows.append(("data set digest", sweep.datasetDigest.map { [.code($0)] } ?? ["not read yet"]))
        if let revision = input.kernelRevision { rows.append(("kernel revision", [.text(String(revision))])) }
        let sets = Set(record.trials.compactMap(\.instructionSet)).sorted()
        if !sets.isEmpty { rows.append(("instruction set", [.text(Sentence.list(sets))])) }
        if let model = view.best?.trial.model { rows.append(("best model, SHA-256", [.code(model.digest)])) }
        if let promotion, promotion.modelDigest != view.best?.trial.model?.digest {
            rows.append(("promoted model, SHA-256", [.code(promotion.modelDigest)]))
        }
        return Table(
            caption: "What the results rest on", columns: [.init(title: "what"), .init(title: "value")],
            rows: rows.map { .init(cells: [[.text($0.0)], $0.1]) })
    }

    private func commands(_ file: String) -> String {
        var submit = "sweepctl submit \(file)"
        for override in overrides { submit += " --set " + Self.shellQuoted("\(override.key)=\(override.value)") }
        if hasOwnName { submit += " --name " + Self.shellQuoted(sweep.name) }
        var lines = [submit + " --wait", "sweepctl export \(sweep.id) --format csv --reproducible --output trials.csv"]
        if let best = view.best, best.hasCompleted { lines.append("sweepctl verify \(best.trial.id)") }
        return lines.joined(separator: "\n")
    }

    private var overrides: [SweepOverride] {
        // An unreadable text is shown by nobody else either; the daemon refuses such a sweep.
        (try? JSONDecoder().decode([SweepOverride].self, from: Data(sweep.overrides.utf8))) ?? []
    }

    /// Whether the name came from the command line.
    private var hasOwnName: Bool {
        guard let spec = try? SweepSpec(parsing: sweep.file, overrides: overrides) else { return false }
        return spec.name != sweep.name
    }

    private var fileName: String {
        sweep.file.first { !$0.isWhitespace } == "{" ? "sweep.json" : "sweep.yaml"
    }

    /// One word for a POSIX shell.
    static func shellQuoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._=/:,+-".utf8.contains(byte)
            }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
