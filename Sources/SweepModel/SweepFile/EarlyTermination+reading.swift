extension EarlyTermination {
    private static let common = ["type", "asynchronous"]
    private static let rungKeys = ["min_iter", "min_epochs", "max_iter", "max_epochs", "eta", "s"]
    private static let medianKeys = ["startup_trials", "warmup", "interval"]

    /// Reads the value of `early_terminate`; nil for `false` and for what is malformed.
    init?(at cursor: SourceCursor, _ log: IssueLog) {
        if case .bool(false) = cursor.node.content { return nil }
        guard cursor.node.members != nil else {
            cursor.report(
                log, "\(cursor.node.described) is no rule; write {\"type\": \"asha\", \"min_iter\": 1}, or false")
            return nil
        }
        let known = Self.common + Self.rungKeys + Self.medianKeys
        guard let found = cursor.members(known: known, log, remedy: Self.hint) else { return nil }
        let members = found.filter { !$0.value.isNull }
        guard let type = members["type"] else {
            let words = Kind.allCases.map { JSONText.quoted($0.rawValue) }.joined(separator: ", ")
            cursor.report(log, "\"type\" is missing; add it with one of \(words)")
            return nil
        }
        if case .string("none") = type.node.content, members.count == 1 { return nil }
        guard let kind = Self.kind(at: type, log) else { return nil }
        let taken = Self.common + (kind == .median ? Self.medianKeys : Self.rungKeys)
        var isWhole = true
        for key in known where !taken.contains(key) {
            guard let other = members[key] else { continue }
            let words = taken.filter { $0 != "type" }.joined(separator: ", ")
            other.report(log, "\"\(key)\" does not go with \(kind.rawValue), which takes \(words); leave it out")
            isWhole = false
        }
        for (key, twin) in [("min_iter", "min_epochs"), ("max_iter", "max_epochs")] {
            guard members[key] != nil, let other = members[twin] else { continue }
            other.report(log, "\"\(key)\" and \"\(twin)\" say the same; keep one")
            isWhole = false
        }
        func whole(_ keys: [String], in range: ClosedRange<Int>) -> Int? {
            for key in keys {
                guard let value = members[key] else { continue }
                let number = value.integer(in: range, log)
                if number == nil { isWhole = false }
                return number
            }
            return nil
        }
        let least = whole(["min_iter", "min_epochs"], in: Self.epochs)
        let most = whole(["max_iter", "max_epochs"], in: Self.epochs)
        let eta = whole(["eta"], in: 2...100) ?? 3
        let rungs = whole(["s"], in: 1...20)
        let startup = whole(["startup_trials"], in: 0...SweepSpec.maximumTrials) ?? 5
        let warmup = whole(["warmup"], in: 0...1_000_000) ?? 0
        let interval = whole(["interval"], in: Self.epochs) ?? 1
        var isAsynchronous = false
        if let cursor = members["asynchronous"] {
            if case .bool(let flag) = cursor.node.content {
                isAsynchronous = flag
            } else {
                cursor.report(log, "\(cursor.node.described) is neither true nor false; write one, without quotes")
                isWhole = false
            }
        }
        if let least, let most, least >= most, let place = members["max_iter"] ?? members["max_epochs"] {
            place.report(log, "no rung lies between \(least) and \(most) epochs; write a larger max_iter")
            isWhole = false
        }
        if least == nil, members["min_iter"] == nil, members["min_epochs"] == nil, rungs != nil, most == nil,
            isWhole, let place = members["s"]
        {
            place.report(log, "\"s\" counts rungs from \"min_iter\" up or from \"max_iter\" down; add one of them")
            isWhole = false
        }
        guard isWhole else { return nil }
        self.init(
            kind: kind, minEpochs: least, maxEpochs: most, eta: eta,
            maxRungs: rungs, startupTrials: startup, warmup: warmup, interval: interval,
            isAsynchronous: isAsynchronous)
    }

    private static func kind(at cursor: SourceCursor, _ log: IssueLog) -> Kind? {
        switch cursor.node.content {
        case .string("none"):
            cursor.report(log, "\"none\" takes no other key; write \"early_terminate\": false")
            return nil
        case .string("sha"):
            cursor.report(log, "\"sha\" is called \"successive_halving\" here; write it out")
            return nil
        default: return cursor.word(Kind.self, log)
        }
    }

    private static func hint(_ key: String) -> String? {
        switch key {
        case "strict": "the rules are strict already; leave it out"
        case "reduction_factor": "here it is called \"eta\""
        case "min_resource", "grace_period": "here it is called \"min_iter\""
        case "max_resource", "max_t": "here it is called \"max_iter\""
        case "brackets", "num_brackets": "here it is called \"s\""
        case "n_startup_trials": "here it is called \"startup_trials\""
        case "n_warmup_steps", "warmup_steps": "here it is called \"warmup\""
        case "interval_steps": "here it is called \"interval\""
        default: nil
        }
    }
}
