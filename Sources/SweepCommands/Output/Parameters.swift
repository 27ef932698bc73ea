import SweepAPI
import SweepModel

/// Parameters as text.
enum Parameters {
    static func text(_ value: ParameterValue) -> String {
        if case .string(let word) = value { word } else { value.jsonText }
    }

    /// `learning_rate=0.001 reg=0.1`.
    static func text(_ assignment: ParameterAssignment, only names: Set<String>? = nil) -> String {
        assignment.entries.filter { names?.contains($0.name) ?? true }
            .map { "\($0.name)=\(text($0.value))" }.joined(separator: " ")
    }

    /// Every name that occurs, in order of first occurrence.
    static func names(_ assignments: [ParameterAssignment]) -> [String] {
        var seen: Set<String> = []
        return assignments.flatMap { $0.entries.map(\.name) }.filter { seen.insert($0).inserted }
    }

    /// Parts names into those that differ between assignments and those that are the same in all.
    static func split(_ assignments: [ParameterAssignment]) -> (varying: [String], constant: [String]) {
        var varying: [String] = []
        var constant: [String] = []
        for name in names(assignments) {
            let first = assignments.first.flatMap { value(name, $0) }
            let isConstant = assignments.allSatisfy { value(name, $0) == first }
            if isConstant { constant.append(name) } else { varying.append(name) }
        }
        return (varying, constant)
    }

    static func value(_ name: String, _ assignment: ParameterAssignment) -> String? {
        assignment.entries.first { $0.name == name }.map { text($0.value) }
    }
}

extension TrialState {
    var tone: Tone {
        switch self {
        case .queued, .pruned, .cancelled: .dim
        case .running: .busy
        case .completed: .good
        case .diverged: .warning
        case .failed: .bad
        }
    }
}

extension SweepState {
    var tone: Tone {
        switch self {
        case .queued, .cancelled: .dim
        case .running: .busy
        case .paused: .warning
        case .completed: .good
        case .failed: .bad
        }
    }
}
