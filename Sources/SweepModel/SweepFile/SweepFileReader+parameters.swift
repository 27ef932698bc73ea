extension SweepFileReader {
    /// Reads `parameters`; those with findings are left out.
    func parameters(method: SearchMethod?) -> [ParameterSpec] {
        guard let cursor = members["parameters"] else {
            root.report(log, "\"parameters\" is missing; add it with at least learning_rate and hidden_size")
            return []
        }
        guard let members = cursor.members(log, else: "write {\"learning_rate\": {\"values\": […]}, …}") else {
            return []
        }
        var specs: [ParameterSpec] = []
        for member in members {
            let (name, value) = (member.key, cursor.child(member))
            guard let parameter = TrainingParameter.named(name) else {
                cursor.report(key: member, log, "parameter", Self.hint(forParameter: name))
                continue
            }
            guard let spec = ParameterSpec(parameter, at: value, method: method, earlier: specs, log) else { continue }
            if isSingleTrial, spec.domain.count != 1 {
                value.report(log, "\(name) has several values; a single trial takes one, such as {\"value\": …}")
                continue
            }
            specs.append(spec)
        }
        checkTogether(specs, names: members.map(\.key), at: cursor)
        return specs
    }

    private static func hint(forParameter name: String) -> String {
        keys.contains(name)
            ? "it belongs at the top of the file, not under \"parameters\"" : TrainingParameter.hint(for: name)
    }

    /// What no parameter can know by itself.
    private func checkTogether(_ specs: [ParameterSpec], names: [String], at cursor: SourceCursor) {
        for parameter in TrainingParameter.all where parameter.isRequired && !names.contains(parameter.name) {
            cursor.report(log, "\(parameter.name) is missing; add \"\(parameter.name)\": {\"value\": …}")
        }
        if names.contains("iterations"), names.contains("epochs") {
            cursor.report(log, "iterations and epochs both set the length; keep one")
        }
        let joint = JointValues(specs)
        if let dropped = specs.first(where: { $0.name == "input_dropout" }), dropped.domain != .choices([.number(0)]),
            joint.meet(dropped, "precision", "bf16")
        {
            cursor.report(
                log,
                "input_dropout does not go with bf16; take one of them out, or write input_dropout with "
                    + "\"when\": {\"precision\": \"float32\"}")
        }
        checkPreparation(specs, joint, at: cursor)
        if let momentum = specs.first(where: { $0.name == "momentum" }), momentum.domain.contains(0),
            joint.meet(momentum, "optimizer", "nesterov")
        {
            cursor.report(
                log, "nesterov needs a momentum above 0; take 0 out of momentum, or nesterov out of optimizer")
        }
    }

    /// Values that no trial may have together.
    private func checkPreparation(_ specs: [ParameterSpec], _ joint: JointValues, at cursor: SourceCursor) {
        let features = Hyperparameters.Features.allCases.map(\.rawValue)
        if let joined = features.first(where: {
            $0.hasPrefix("pixels+") && joint.meet("features", $0, "preprocess", "mean")
        }) {
            cursor.report(
                log,
                "\(joined) joins pixels to features of another scale; write preprocess \"standardize\" or \"contrast+pca\""
            )
        }
        if let components = specs.first(where: { $0.name == "pca_components" }), components.domain.contains(0),
            joint.meet(components, "preprocess", "contrast+pca")
        {
            cursor.report(log, "contrast+pca needs pca_components of 1 or more; take 0 out of it")
        }
        let isComputed = features.contains {
            ($0 != "pixels" && joint.occurs("features", $0)) || joint.occurs("preprocess", "contrast+pca")
        }
        if isComputed, joint.meet("precision", "bf16", "store", "float32") {
            cursor.report(log, "bf16 takes inputs of bytes; take float32 out of store, or bf16 out of precision")
        }
    }

    /// Reads `enqueue` into complete configurations.
    func enqueue(parameters: [ParameterSpec]) -> [ParameterAssignment] {
        guard let cursor = members["enqueue"] else { return [] }
        guard let elements = cursor.elements else {
            cursor.report(log, "\(cursor.node.described) is not a list; write [{\"learning_rate\": 1e-3, …}, …]")
            return []
        }
        guard !isSingleTrial || elements.isEmpty else {
            cursor.report(log, "a single trial has no enqueue; leave it out")
            return []
        }
        return elements.compactMap { configuration(at: $0, parameters: parameters) }
    }

    private func configuration(at cursor: SourceCursor, parameters: [ParameterSpec]) -> ParameterAssignment? {
        guard let members = cursor.members(log, else: "write {\"learning_rate\": 1e-3, …}") else { return nil }
        let before = log.issues.count + log.leftOut
        var written = ParameterAssignment()
        for member in members {
            let (name, value) = (member.key, cursor.child(member))
            guard let parameter = TrainingParameter.named(name) else {
                cursor.report(key: member, log, "parameter", TrainingParameter.hint(for: name))
                continue
            }
            if case .mapping = value.node.content {
                value.report(
                    log, "an enqueued configuration has bare values; write \"\(name)\": 1 instead of an object")
                continue
            }
            written[name] = parameter.value(at: value, log)
        }
        guard log.issues.count + log.leftOut == before else { return nil }
        return completed(written, at: cursor, parameters: parameters)
    }

    /// Fills in the file's single values; the order is the file's, extra names come last.
    private func completed(
        _ written: ParameterAssignment, at cursor: SourceCursor, parameters: [ParameterSpec]
    ) -> ParameterAssignment? {
        var result = ParameterAssignment()
        let rivals = TrainingParameter.lengths
        for spec in parameters {
            let isSet = spec.isSet(in: result)
            if let value = written[spec.name] ?? (isSet && spec.domain.count == 1 ? spec.value(at: 0) : nil) {
                // A length of its own replaces the file's.
                if written[spec.name] == nil, let rival = rivals[spec.name], written[rival] != nil { continue }
                result[spec.name] = value
            } else if isSet, rivals[spec.name].flatMap({ written[$0] }) == nil {
                cursor.report(log, "\(spec.name) is not set and has several values in the file; add \"\(spec.name)\"")
                return nil
            }
        }
        for entry in written.entries { result[entry.name] = entry.value }
        // A parameter that the file lacks is reported there already.
        guard TrainingParameter.all.allSatisfy({ !$0.isRequired || result[$0.name] != nil }) else { return nil }
        do {
            _ = try Hyperparameters(result)
            return result
        } catch {
            for issue in error.issues { cursor.report(log, issue.detail) }
            return nil
        }
    }

    /// The size of the sweep.
    func checkCounts(_ settings: SweepSettings, parameters: [ParameterSpec], enqueued: Int) {
        let limit = SweepSpec.maximumTrials
        if let method = settings.method, method != .grid, settings.runCap == nil, members["run_cap"] == nil {
            root.report(
                log, "a \(method.rawValue) search needs \"run_cap\", the number of its configurations; add it")
        }
        var own = settings.runCap ?? 0
        if settings.method == .grid {
            let shape = GridShape(parameters)
            guard shape.isCounted else {
                (members["parameters"] ?? root).report(
                    log,
                    "too many parameters depend on different others for a grid to be counted; write fewer \"when\", or "
                        + "\"method\": \"random\" with a \"run_cap\"")
                return
            }
            let points = shape.points
            own = min(settings.runCap ?? points, points)
            if own > limit {
                let shown = points == .max ? "more than 10^18" : "\(points)"
                (members["parameters"] ?? root).report(
                    log,
                    "the grid has \(shown) points; at most \(limit) trials are accepted: list fewer values, "
                        + "or write \"method\": \"random\" with a \"run_cap\"")
                return
            }
        }
        let trials = (own + enqueued) * settings.replicates
        if own + enqueued > limit {
            (members["enqueue"] ?? root).report(
                log, "the sweep has \(own + enqueued) trials with those of enqueue; at most \(limit) are accepted")
        } else if trials > limit {
            (members["replicates"] ?? root).report(
                log, "the sweep has \(trials) trials with its replicates; at most \(limit) are accepted")
        }
    }

    /// A search that learns weighs each value of a list beside all others, for every result.
    private func checkChoices(_ settings: SweepSettings, _ parameters: [ParameterSpec]) {
        guard let method = settings.method, method.learns else { return }
        let limit = SweepSpec.maximumChoices
        for parameter in parameters {
            guard case .choices(let values) = parameter.domain, values.count > limit else { continue }
            (members["parameters"] ?? root).report(
                log,
                "\(parameter.name) has \(values.count) values, and a \(method.rawValue) search takes lists of at most "
                    + "\(limit); write a range, such as \"distribution\": \"q_uniform\"")
        }
    }

    /// What `early_terminate`, `cohort` and `replicates` need of the rest.
    func checkSearch(_ settings: SweepSettings, parameters: [ParameterSpec], enqueue: [ParameterAssignment]) {
        checkChoices(settings, parameters)
        if settings.replicates > 1 {
            let isFixed = parameters.contains { $0.name == "seed" } || enqueue.contains { $0["seed"] != nil }
            if isFixed {
                members["replicates"]?.report(
                    log, "replicates differ in their seeds, but the file sets the parameter seed; leave one of them out"
                )
            }
        }
        if isSingleTrial {
            if settings.earlyTermination != nil {
                members["early_terminate"]?.report(log, "a single trial has no early_terminate; leave it out")
            }
            if settings.cohort != nil { members["cohort"]?.report(log, "a single trial has no cohort; leave it out") }
            if settings.replicates > 1 {
                members["replicates"]?.report(log, "a single trial has no replicates; leave them out")
            }
        }
        guard let termination = settings.earlyTermination, termination.kind == .hyperband else { return }
        guard let place = members["early_terminate"] else { return }
        if settings.cohort != nil {
            members["cohort"]?.report(log, "the brackets of hyperband are its cohorts; leave cohort out")
        }
        let length = SweepSpec.constantEpochs(parameters)
        if termination.maxEpochs == nil, length == nil {
            place.report(
                log,
                "hyperband needs \"max_iter\", the epochs of its longest trials, unless epochs has one value; add it")
        } else if CohortLayout.brackets(termination, length: length) == nil {
            place.report(
                log, "no rung lies between min_iter and the end of the training; write a smaller min_iter or eta")
        }
    }
}
