import SweepModel

/// Where the next sweep looks for one parameter.
struct RegionChoice {
    var name: String
    var action: Refinement.Action
    var domain: Domain
    var reason: String
    /// Main effect and interactions, 0…1; what a grid gives up first.
    var importance: Double

    enum Domain {
        /// The one that must stay, and all in order.
        case values(best: ParameterValue, [ParameterValue])
        /// A distribution as the sweep file has it, with its bounds in words.
        case drawn(json: String, text: String)

        /// Whether more than one value is possible.
        var isOpen: Bool {
            if case .values(_, let values) = self { values.count > 1 } else { true }
        }

        var jsonText: String {
            switch self {
            case .values(_, let values):
                values.count == 1
                    ? "{\"value\": \(values[0].jsonText)}"
                    : "{\"values\": [\(values.map(\.jsonText).joined(separator: ", "))]}"
            case .drawn(let json, _): json
            }
        }

        var text: String {
            switch self {
            case .values(_, let values): values.map(\.description).joined(separator: ", ")
            case .drawn(_, let text): text
            }
        }
    }
}

extension RegionFinder {
    /// Leaves values out until the grid has at most `limit` points: of the parameter with the least importance first,
    /// the value that lies farthest from the best one.
    static func trim(_ choices: inout [RegionChoice], to limit: Int) {
        var left: [Int: Int] = [:]
        while choices.reduce(1, { Self.product($0, $1) }) > limit {
            let candidates = choices.indices.filter { choices[$0].domain.isOpen }
            guard let place = candidates.min(by: { claim(choices[$0]) < claim(choices[$1]) }),
                case .values(let best, var values) = choices[place].domain
            else { return }
            let middle = values.firstIndex(of: best) ?? 0
            values.remove(at: middle > values.count - 1 - middle ? 0 : values.count - 1)
            choices[place].domain = .values(best: best, values)
            left[place, default: 0] += 1
        }
        for (place, count) in left {
            choices[place].reason +=
                " \(Wording.count(count, "value")) left out, so that there are at most \(limit) configurations."
            if !choices[place].domain.isOpen { choices[place].action = .fix }
        }
    }

    private static func product(_ points: Int, _ choice: RegionChoice) -> Int {
        guard case .values(_, let values) = choice.domain else { return points }
        return points.multipliedReportingOverflow(by: values.count).overflow ? .max : points * values.count
    }

    /// What a parameter's values are worth: its importance, shared among them.
    private static func claim(_ choice: RegionChoice) -> Double {
        guard case .values(_, let values) = choice.domain else { return .infinity }
        return choice.importance / Double(values.count * values.count)
    }
}
