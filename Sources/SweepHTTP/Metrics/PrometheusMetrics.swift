public import CoreMetrics
import Synchronization

/// A backend for swift-metrics that keeps every value in memory and writes them in Prometheus' text format.
///
/// Counters and meters are their value; recorders and timers a count and a sum (`_count`, `_sum`; timers in seconds).
public final class PrometheusMetrics: MetricsFactory {
    /// A value that is not kept here but read when somebody asks.
    struct Sample: Sendable {
        let name: String
        let help: String
        let value: Double
        let labels: [(String, String)]

        init(_ name: String, _ help: String, _ value: Double, labels: [(String, String)] = []) {
            (self.name, self.help, self.value, self.labels) = (name, help, value, labels)
        }
    }

    private let cells = Mutex<[String: Cell]>([:])

    public init() {}

    /// All values, and `samples` after them; the lines of one name stand together, below its one TYPE.
    func text(_ samples: [Sample]) -> String {
        let kept = cells.withLock { Array($0.values) }.sorted { ($0.name, $0.labels) < ($1.name, $1.labels) }
        var lines: [String] = []
        var last = ""
        for cell in kept {
            if cell.name != last { lines.append("# TYPE \(cell.name) \(cell.kind.rawValue)") }
            last = cell.name
            lines += cell.lines
        }
        let groups = Dictionary(grouping: samples, by: \.name)
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            lines += ["# HELP \(name) \(group[0].help)", "# TYPE \(name) gauge"]
            lines += group.map { "\(name)\(Self.braced($0.labels)) \(Self.number($0.value))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions, .counter)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions, .gauge)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        cell(label, dimensions, aggregate ? .summary : .gauge)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions, .summary)
    }

    // Metrics live as long as the process: their labels are a closed set.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func cell(_ label: String, _ dimensions: [(String, String)], _ kind: Cell.Kind) -> Cell {
        let name = Self.word(label)
        let labels = Self.braced(dimensions)
        return cells.withLock { cells in
            if let known = cells[name + labels] { return known }
            let cell = Cell(name: name, labels: labels, kind: kind)
            cells[name + labels] = cell
            return cell
        }
    }

    private static func braced(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\(word($0))=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
    }

    /// A name as the format allows it: dots and all else become underscores, and no digit begins it.
    private static func word(_ name: String) -> String {
        let text = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return text.first?.isNumber == false ? text : "_" + text
    }

    /// By scalars: a carriage return and a line feed are one character.
    private static func escaped(_ value: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text.append(contentsOf: "\\\\".unicodeScalars)
            case "\"": text.append(contentsOf: "\\\"".unicodeScalars)
            case "\n": text.append(contentsOf: "\\n".unicodeScalars)
            default: text.append(scalar)
            }
        }
        return String(text)
    }

    fileprivate static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : value.description
    }
}

/// One metric with its labels.
private final class Cell: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    enum Kind: String { case counter, gauge, summary }

    private struct Value {
        var sum = 0.0
        var count = 0
    }

    let name: String
    let labels: String
    let kind: Kind
    private let value = Mutex(Value())

    init(name: String, labels: String, kind: Kind) { (self.name, self.labels, self.kind) = (name, labels, kind) }

    var lines: [String] {
        let value = value.withLock { $0 }
        switch kind {
        case .counter, .gauge: return ["\(name)\(labels) \(PrometheusMetrics.number(value.sum))"]
        case .summary:
            return [
                "\(name)_sum\(labels) \(PrometheusMetrics.number(value.sum))", "\(name)_count\(labels) \(value.count)",
            ]
        }
    }

    private func add(_ amount: Double) {
        value.withLock { value in
            value.sum += amount
            value.count += 1
        }
    }

    // CounterHandler
    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() { value.withLock { $0 = Value() } }

    // MeterHandler
    func set(_ amount: Int64) { set(Double(amount)) }
    func set(_ amount: Double) { value.withLock { $0.sum = amount } }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }

    // RecorderHandler
    func record(_ amount: Int64) { record(Double(amount)) }
    func record(_ amount: Double) { kind == .gauge ? set(amount) : add(amount) }

    // TimerHandler
    func recordNanoseconds(_ duration: Int64) { add(Double(duration) * 1e-9) }
}
