/// Which words of two parameters a sweep's configurations may have together, their conditions considered.
struct JointValues {
    private static let defaults = [
        "features": "pixels", "optimizer": "sgd", "precision": "float32", "preprocess": "mean", "store": "byte",
    ]

    private let specs: [ParameterSpec]

    init(_ specs: [ParameterSpec]) {
        self.specs = specs
    }

    /// Whether some configuration has `name` as `word`.
    func occurs(_ name: String, _ word: String) -> Bool {
        guard let spec = spec(name) else { return Self.defaults[name] == word }
        return spec.domain.lists(.string(word)) || (!spec.conditions.isEmpty && Self.defaults[name] == word)
    }

    /// Whether some configuration has both.
    func meet(_ name: String, _ word: String, _ other: String, _ otherWord: String) -> Bool {
        occurs(name, word, with: other, otherWord) && occurs(other, otherWord, with: name, word)
    }

    /// Whether some configuration has `other` as `word`, and `spec` set.
    func meet(_ spec: ParameterSpec, _ other: String, _ word: String) -> Bool {
        guard spec.goes(with: other, .string(word)), let otherSpec = self.spec(other) else {
            return spec.conditions.isEmpty && Self.defaults[other] == word
        }
        // What `other` needs of `spec` itself would be a circle: the earlier one of them has no such condition.
        return otherSpec.domain.lists(.string(word)) || (!otherSpec.conditions.isEmpty && Self.defaults[other] == word)
    }

    private func occurs(_ name: String, _ word: String, with other: String, _ otherWord: String) -> Bool {
        guard let spec = spec(name) else { return Self.defaults[name] == word }
        let mayBeLeftOut = spec.conditions.contains { $0.name != other || !$0.values.contains(.string(otherWord)) }
        return (spec.goes(with: other, .string(otherWord)) && spec.domain.lists(.string(word)))
            || (mayBeLeftOut && Self.defaults[name] == word)
    }

    private func spec(_ name: String) -> ParameterSpec? {
        specs.first { $0.name == name }
    }
}

extension ParameterDomain {
    fileprivate func lists(_ value: ParameterValue) -> Bool {
        if case .choices(let values) = self { values.contains(value) } else { false }
    }
}
