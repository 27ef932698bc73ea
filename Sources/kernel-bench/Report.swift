import NeuralCore

/// Rows of figures as text in columns, or as JSON, one object a line.
final class Report {
    /// One figure of a row.
    struct Field {
        let name: String, text: String, json: String
        /// Positive to the right, negative to the left.
        let width: Int

        static func text(_ name: String, _ value: String, _ width: Int) -> Field {
            Field(name: name, text: value, json: "\"\(value)\"", width: -width)
        }

        static func count(_ name: String, _ value: Int, _ width: Int = 7) -> Field {
            Field(name: name, text: "\(value)", json: "\(value)", width: width)
        }

        static func number(_ name: String, _ value: Double, _ width: Int, _ digits: Int) -> Field {
            Field(name: name, text: fixed(value, digits), json: value.isFinite ? "\(value)" : "null", width: width)
        }

        private static func fixed(_ value: Double, _ digits: Int) -> String {
            let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
            guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
            let scaled = Int((abs(value) * scale).rounded())
            let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
            let tail = "\(rest)"
            let sign = value < 0 && scaled > 0 ? "-" : ""
            guard digits > 0 else { return "\(sign)\(whole)" }
            return "\(sign)\(whole).\(String(repeating: "0", count: digits - tail.count))\(tail)"
        }
    }

    private let isJSON: Bool
    private var title = ""

    init(_ options: Options) { isJSON = options.isJSON }

    func print(_ fields: [Field]) {
        if isJSON {
            Swift.print("{" + fields.map { "\"\($0.name)\": \($0.json)" }.joined(separator: ", ") + "}")
            return
        }
        let head = fields.map { pad($0.name, $0.width) }.joined(separator: " ")
        if head != title { Swift.print(head) }
        title = head
        Swift.print(fields.map { pad($0.text, $0.width) }.joined(separator: " "))
    }

    func print(_ mode: String, _ configuration: TrainingConfiguration, _ found: Measurement) {
        print([
            .text("mode", mode, 10), .text("isa", found.set.rawValue, 10),
            .text("optimizer", configuration.optimizer.rawValue, 9),
            .number("dropout", configuration.dropout, 7, 2), .count("hidden", configuration.hiddenSize),
            .count("batch", configuration.batchSize), .number("ms", 1e3 * found.secondsPerStep, 9, 3),
            .number("gflops", found.gflops, 8, 1), .number("peak", found.peak, 8, 1),
            .number("percent", found.share, 8, 1),
        ])
    }

    private func pad(_ text: String, _ width: Int) -> String {
        let space = String(repeating: " ", count: max(abs(width) - text.count, 0))
        return width > 0 ? space + text : text + space
    }
}
