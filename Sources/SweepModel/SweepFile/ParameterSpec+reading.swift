extension ParameterSpec {
    fileprivate static let keys = ["value", "values", "distribution", "min", "max", "q", "mu", "sigma", "when"]

    /// Reads the object under a parameter's name. `earlier`: the parameters before it, which `when` may name.
    init?(
        _ parameter: TrainingParameter, at cursor: SourceCursor, method: SearchMethod?, earlier: [ParameterSpec] = [],
        _ log: IssueLog
    ) {
        self.parameter = parameter
        switch cursor.node.content {
        case .mapping: break
        case .sequence:
            cursor.report(log, "a bare list; write {\"values\": \(JSONText.shortened(cursor.node.jsonText))}")
            return nil
        case .null, .empty, .bool, .number, .string:
            cursor.report(log, "a bare value; write {\"value\": \(JSONText.shortened(cursor.node.jsonText))}")
            return nil
        }
        guard var members = cursor.members(known: Self.keys, log, remedy: Self.hint) else { return nil }
        if let when = members.removeValue(forKey: "when"), !when.isNull {
            let reader = ConditionReader(parameter: parameter, earlier: earlier, log: log)
            guard let conditions = reader.read(when) else { return nil }
            self.conditions = conditions
        } else {
            conditions = []
        }
        let reader = DomainReader(parameter: parameter, cursor: cursor, members: members, log: log)
        guard let domain = reader.read() else { return nil }
        if method == .grid, domain.count == nil, let distribution = domain.distribution {
            cursor.report(
                log,
                "a grid cannot go through \(distribution.rawValue); list \"values\", or write \"method\": \"random\"")
            return nil
        }
        self.domain = domain
    }

    private static func hint(_ key: String) -> String? {
        switch key {
        case "parameters":
            "parameters are not nested; write them side by side, with \"when\" where one depends on another"
        case "if", "condition", "conditions", "depends_on": "write \"when\": {\"optimizer\": [\"sgd\", \"nesterov\"]}"
        case "log": "write \"distribution\": \"log_uniform_values\""
        case "probabilities": "all values are equally likely; repeat none and leave it out"
        default: nil
        }
    }
}

/// Reads `value`, `values`, or a distribution with its numbers.
private struct DomainReader {
    let parameter: TrainingParameter
    let cursor: SourceCursor
    let members: [String: SourceCursor]
    let log: IssueLog

    func read() -> ParameterDomain? {
        let single = members["value"]
        let list = members["values"]
        guard single != nil || list != nil else { return readDistribution() }
        let chosen = single == nil ? "values" : "value"
        for (key, other) in membersInOrder where key != chosen {
            other.report(log, "\"\(key)\" does not go with \"\(chosen)\"; keep one of them")
            return nil
        }
        if let single { return parameter.value(at: single, log).map { .choices([$0]) } }
        return list.flatMap(readList)
    }

    /// Members in a fixed order, so that the same file always gets the same sentence.
    private var membersInOrder: [(key: String, value: SourceCursor)] {
        ParameterSpec.keys.compactMap { key in members[key].map { (key, $0) } }
    }

    private func readList(_ list: SourceCursor) -> ParameterDomain? {
        guard let elements = list.elements else {
            list.report(log, "\(list.node.described) is not a list; write \"values\": […], or \"value\" for one value")
            return nil
        }
        guard !elements.isEmpty else {
            list.report(log, "the list is empty; write at least one value, or leave \(parameter.name) out")
            return nil
        }
        guard elements.count <= SweepSpec.maximumTrials else {
            list.report(log, "the list has \(elements.count) values; at most \(SweepSpec.maximumTrials) are accepted")
            return nil
        }
        var seen: Set<ParameterValue> = []
        var values: [ParameterValue] = []
        var isComplete = true
        for element in elements {
            guard let value = parameter.value(at: element, log) else {
                isComplete = false
                continue
            }
            if seen.insert(value).inserted { values.append(value) }
        }
        return isComplete ? .choices(values) : nil
    }

    private func readDistribution() -> ParameterDomain? {
        guard let distribution = chosenDistribution() else { return nil }
        guard allows(distribution) else { return nil }
        let needed: [String] =
            switch distribution {
            case .uniform, .logUniformValues, .intUniform: ["min", "max"]
            case .qUniform, .qLogUniformValues: ["min", "max", "q"]
            case .normal: ["mu", "sigma"]
            }
        for (key, other) in membersInOrder where key != "distribution" && !needed.contains(key) {
            let words = needed.joined(separator: ", ")
            other.report(
                log, "\"\(key)\" does not go with \(distribution.rawValue), which takes \(words); leave it out")
            return nil
        }
        let missing = needed.filter { members[$0] == nil }
        guard missing.isEmpty else {
            cursor.report(
                log, "\(distribution.rawValue) needs \(missing.map { "\"\($0)\"" }.joined(separator: " and ")); add it")
            return nil
        }
        return distribution == .normal ? readNormal() : readBounds(distribution)
    }

    private func chosenDistribution() -> Distribution? {
        if let written = members["distribution"] { return distribution(at: written) }
        guard let min = members["min"], let max = members["max"] else {
            cursor.report(log, "write \"value\", \"values\", or \"min\" and \"max\" with a \"distribution\"")
            return nil
        }
        if members["q"] != nil { return .qUniform }
        return isInteger(min) && isInteger(max) ? .intUniform : .uniform
    }

    private func distribution(at cursor: SourceCursor) -> Distribution? {
        guard case .string(let word) = cursor.node.content else { return cursor.word(Distribution.self, log) }
        switch word {
        case "log_uniform", "q_log_uniform":
            cursor.report(
                log,
                "the bounds of \(word) are exponents elsewhere; "
                    + "write \"\(word)_values\" with min and max as plain values"
            )
            return nil
        case "constant", "categorical":
            cursor.report(log, "leave \"distribution\" out; \"value\" or \"values\" says it")
            return nil
        default: return cursor.word(Distribution.self, log)
        }
    }

    /// Whether the parameter's type can follow the distribution.
    private func allows(_ distribution: Distribution) -> Bool {
        switch parameter.kind {
        case .number, .numberOrWord: return true
        case .word, .flag:
            cursor.report(log, "\(parameter.name) takes no distribution; list \"values\" of \(parameter.rangeText)")
            return false
        case .integer:
            switch distribution {
            case .intUniform, .qUniform, .qLogUniformValues: return true
            case .uniform, .normal:
                cursor.report(log, "\(parameter.name) is a whole number; write \"int_uniform\" with whole min and max")
            case .logUniformValues:
                cursor.report(log, "\(parameter.name) is a whole number; write \"q_log_uniform_values\" with \"q\": 1")
            }
            return false
        }
    }

    private func readBounds(_ distribution: Distribution) -> ParameterDomain? {
        guard let minCursor = members["min"], let maxCursor = members["max"] else { return nil }
        guard let low = bound(minCursor, distribution), let high = bound(maxCursor, distribution) else { return nil }
        guard low <= high else {
            minCursor.report(log, "min \(minCursor.node.described) is above max \(maxCursor.node.described); swap them")
            return nil
        }
        if distribution == .logUniformValues || distribution == .qLogUniformValues, low <= 0 {
            minCursor.report(log, "min is \(minCursor.node.described), which has no logarithm; write a min above 0")
            return nil
        }
        switch distribution {
        case .uniform: return .uniform(min: low, max: high)
        case .logUniformValues: return .logUniform(min: low, max: high)
        case .intUniform:
            // Bounds lie in the parameter's range, which no `Int` conversion can overflow.
            return .intUniform(min: Int(low), max: Int(high))
        case .qUniform: return multiples(low, high).map { .qUniform($0) }
        case .qLogUniformValues: return multiples(low, high).map { .qLogUniform(min: low, max: high, $0) }
        case .normal: return nil
        }
    }

    private func bound(_ cursor: SourceCursor, _ distribution: Distribution) -> Double? {
        guard let value = parameter.value(at: cursor, log) else { return nil }
        guard let number = value.doubleValue else {
            cursor.report(log, "\(cursor.node.described) is no bound; write a number")
            return nil
        }
        if distribution == .intUniform, value.integerValue == nil {
            cursor.report(log, "\(cursor.node.described) is not a whole number; int_uniform takes whole bounds")
            return nil
        }
        return number
    }

    private func multiples(_ low: Double, _ high: Double) -> Multiples? {
        guard let cursor = members["q"] else { return nil }
        let step: Double?
        if case .integer(let range) = parameter.kind {
            step = cursor.integer(in: 1...range.upperBound, log).map(Double.init)
        } else {
            step = cursor.number(in: .above(0, through: 1e6), log)
        }
        guard let step else { return nil }
        guard let multiples = Multiples(of: step, min: low, max: high) else {
            cursor.report(log, "no multiple of q lies between min and max, or far too many; write another q")
            return nil
        }
        return multiples
    }

    private func readNormal() -> ParameterDomain? {
        guard let muCursor = members["mu"], let sigmaCursor = members["sigma"] else { return nil }
        // The mean itself must be a legal value: then at least a part of the draws is.
        guard let mu = parameter.value(at: muCursor, log)?.doubleValue else { return nil }
        // No wider than the range, so that at least a third of the draws falls into it.
        let width = parameter.width ?? 1e6
        guard let sigma = sigmaCursor.number(in: .above(0, through: width), log) else { return nil }
        return .normal(mu: mu, sigma: sigma)
    }

    private func isInteger(_ cursor: SourceCursor) -> Bool {
        if case .number(let literal) = cursor.node.content { literal.integer != nil } else { false }
    }
}
