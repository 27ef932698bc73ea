/// Reads `when`: an object of earlier parameters, each with the value or the list of values with which it holds.
struct ConditionReader {
    let parameter: TrainingParameter
    let earlier: [ParameterSpec]
    let log: IssueLog

    /// More values cannot be told apart in reasonable time, nor by a reader.
    private static let mostValues = 1000

    func read(_ cursor: SourceCursor) -> [ParameterCondition]? {
        guard !parameter.isRequired else {
            cursor.report(log, "every configuration needs \(parameter.name); leave \"when\" out")
            return nil
        }
        guard let members = cursor.members(log, else: "write {\"optimizer\": [\"sgd\", \"nesterov\"]}") else {
            return nil
        }
        guard !members.isEmpty else {
            cursor.report(log, "\"when\" is empty; name a parameter and its values, or leave it out")
            return nil
        }
        var conditions: [ParameterCondition] = []
        for member in members {
            guard let condition = condition(member, at: cursor) else { return nil }
            conditions.append(condition)
        }
        return conditions
    }

    private func condition(_ member: SourceNode.Member, at cursor: SourceCursor) -> ParameterCondition? {
        let (name, place) = (member.key, cursor.child(member))
        guard let other = TrainingParameter.named(name) else {
            cursor.report(key: member, log, "parameter", TrainingParameter.hint(for: name))
            return nil
        }
        guard let spec = earlier.first(where: { $0.name == name }) else {
            place.report(
                log,
                name == parameter.name
                    ? "\(name) cannot depend on itself; name another parameter"
                    : "\(name) is not among the parameters before \(parameter.name); write it there, or leave it out here"
            )
            return nil
        }
        guard let count = spec.domain.count, count <= Self.mostValues else {
            place.report(
                log, "\(name) has more than \(Self.mostValues) values; \"when\" takes a parameter with listed values")
            return nil
        }
        let written = place.elements ?? [place]
        guard written.count <= Self.mostValues else {
            place.report(log, "the list has \(written.count) values; at most \(Self.mostValues) are accepted")
            return nil
        }
        var values: [ParameterValue] = []
        for element in written {
            guard let value = other.value(at: element, log) else { return nil }
            if !values.contains(value) { values.append(value) }
        }
        guard !values.isEmpty else {
            place.report(log, "the list is empty; write at least one value of \(name)")
            return nil
        }
        return ParameterCondition(name: name, values: values)
    }
}
