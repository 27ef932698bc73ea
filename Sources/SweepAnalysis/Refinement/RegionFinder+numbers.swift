#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

extension RegionFinder {
    // MARK: Lists

    /// Halfway to either neighbour of the best value, or beyond it; neighbours of which a trial leads stay.
    func listed(
        _ parameter: TrainingParameter, _ best: Double, _ scale: ParameterScale, _ border: Border?
    ) -> (Refinement.Action, [Double], String) {
        let name = parameter.name
        let values = scale.numbers
        guard let place = values.firstIndex(of: best) else { return (.fix, [best], "") }
        let leading = Set(leaders.compactMap { $0.parameters[name]?.doubleValue })
        let below = place > 0 ? values[place - 1] : nil
        let above = place < values.count - 1 ? values[place + 1] : nil
        func halfway(_ low: Double, _ high: Double) -> [Double] {
            TidyNumbers(parameter: parameter).between(low, high, isLogarithmic: scale.isLogarithmic).map { [$0] } ?? []
        }
        if let border {
            var next = [best] + border.tries
            switch border.side {
            case .open(let isUpper):
                if let inner = isUpper ? below : above, leading.contains(inner) { next.append(inner) }
                return (.extend, next.sorted(), border.finding.detail)
            case .convergence:
                if let below { next += halfway(below, best) }
                return (.refine, next.sorted(), border.finding.detail)
            }
        }
        var next = [best]
        if let below { next += halfway(below, best) + (leading.contains(below) ? [below] : []) }
        if let above { next += halfway(best, above) + (leading.contains(above) ? [above] : []) }
        let neighbours = [below, above].compactMap { $0 }.map {
            "\(Wording.number($0)): \(reach(name, typed($0, parameter)))"
        }
        var reason = "The best trial has \(Wording.number(best)) (\(reach(name, typed(best, parameter))))"
        reason += neighbours.isEmpty ? "" : ", with \(Wording.list(neighbours))"
        reason += next.count > 1 ? ": closer round it." : ": nothing lies between."
        return (.refine, next.sorted(), reason)
    }

    // MARK: Intervals

    /// The range that the leading trials span, a little wider; beyond a bound where the best lies on it.
    func drawn(
        _ parameter: TrainingParameter, _ best: Double, _ scale: ParameterScale, _ domain: ParameterDomain?,
        _ border: Border?
    ) -> (Refinement.Action, RegionChoice.Domain?, String) {
        let name = parameter.name
        guard let domain, let bounds = scale.bounds else { return (.fix, nil, "") }
        let found = leaders.compactMap { $0.parameters[name]?.doubleValue }.map(scale.axis).sorted()
        guard let first = found.first, let last = found.last else { return (.fix, nil, "") }
        if case .normal(let mu, let sigma) = domain { return normal(parameter, found, mu, sigma) }
        let whole = (scale.axis(bounds.lowerBound), scale.axis(bounds.upperBound))
        // The extremes of n draws lie on average this far inside the ends of what they were drawn from.
        let gap = max((last - first) / Double(max(found.count - 1, 1)), (whole.1 - whole.0) / 40)
        var (low, high) = (max(first - gap, whole.0), min(last + gap, whole.1))
        var action = Refinement.Action.refine
        var reason =
            "The \(found.count) leading trials lie between \(text(scale.value(first))) and \(text(scale.value(last)))"
            + ", of a range from \(text(bounds.lowerBound)) to \(text(bounds.upperBound))."
        if let border, case .open(let isUpper) = border.side, let further = border.tries.first {
            if isUpper { high = scale.axis(further) } else { low = scale.axis(further) }
            action = .extend
            reason = border.finding.detail + " The next sweep goes on to \(Wording.number(further))."
        } else if high - low > Self.wholePart * (whole.1 - whole.0) {
            (action, low, high) = (.keep, whole.0, whole.1)
            reason += " The range stays."
        }
        let tidy = TidyNumbers(parameter: parameter)
        let next = NextValues(parameter: parameter)
        /// With fewer digits a bound may be none that the parameter takes: a momentum of 0.995 would be 1.
        func tidied(_ number: Double, _ place: Double) -> Double {
            next.accepts(number) ? number : border?.tries.first ?? scale.value(place)
        }
        let lower = low == whole.0 ? bounds.lowerBound : tidied(tidy.down(scale.value(low)), low)
        let upper = high == whole.1 ? bounds.upperBound : tidied(tidy.up(scale.value(high)), high)
        let isExtended = action == .extend
        let ends = (
            isExtended ? lower : max(lower, bounds.lowerBound), isExtended ? upper : min(upper, bounds.upperBound)
        )
        guard ends.0 < ends.1 else { return (.fix, nil, reason) }
        if record.spec.method == .grid, let values = gridValues(parameter, domain, ends.0, ends.1) {
            return (action, .values(best: typed(best, parameter), values), reason)
        }
        return (action, Self.domain(domain, ends.0, ends.1), reason)
    }

    /// A longer range of a grid stays one.
    private static let mostListed = 10_000

    /// What a grid goes through between two bounds, so that values can be left out; nil for a range that is no list.
    private func gridValues(
        _ parameter: TrainingParameter, _ domain: ParameterDomain, _ low: Double, _ high: Double
    ) -> [ParameterValue]? {
        let step: Double
        switch domain {
        case .intUniform: step = 1
        case .qUniform(let multiples), .qLogUniform(_, _, let multiples): step = multiples.q
        case .choices, .uniform, .logUniform, .normal: return nil
        }
        guard let multiples = Multiples(of: step, min: low, max: high), multiples.count <= Self.mostListed else {
            return nil
        }
        return (0..<multiples.count).map { typed(multiples.value(at: $0), parameter) }
    }

    private func normal(
        _ parameter: TrainingParameter, _ found: [Double], _ mu: Double, _ sigma: Double
    ) -> (Refinement.Action, RegionChoice.Domain?, String) {
        let mean = found.reduce(0, +) / Double(found.count)
        let square = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(found.count - 1, 1))
        let spread = max(min(square.squareRoot(), sigma), sigma / 4)
        let next = (Wording.significant(mean, 2), Wording.significant(spread, 2))
        let reason =
            "The \(found.count) leading trials have a mean of \(text(mean)); drawn from \(text(mu)) ± \(text(sigma))."
        let json = "{\"distribution\": \"normal\", \"mu\": \(number(next.0)), \"sigma\": \(number(next.1))}"
        return (.refine, .drawn(json: json, text: "mu \(number(next.0)), sigma \(number(next.1))"), reason)
    }

    private static func domain(_ domain: ParameterDomain, _ low: Double, _ high: Double) -> RegionChoice.Domain? {
        func json(_ name: Distribution, _ low: Double, _ high: Double, q: Double? = nil) -> RegionChoice.Domain {
            let step = q.map { ", \"q\": \(Wording.number($0))" } ?? ""
            return .drawn(
                json: "{\"distribution\": \"\(name.rawValue)\", \"min\": \(Wording.number(low)), "
                    + "\"max\": \(Wording.number(high))\(step)}",
                text: "\(Wording.number(low))…\(Wording.number(high))")
        }
        switch domain {
        case .uniform: return json(.uniform, low, high)
        case .logUniform: return json(.logUniformValues, low, high)
        case .intUniform: return json(.intUniform, low.rounded(.down), high.rounded(.up))
        case .qUniform(let multiples): return json(.qUniform, low, high, q: multiples.q)
        case .qLogUniform(_, _, let multiples): return json(.qLogUniformValues, low, high, q: multiples.q)
        case .normal, .choices: return nil
        }
    }

    private func text(_ value: Double) -> String { Wording.loss(value) }
    private func number(_ value: Double) -> String { Wording.number(value) }
}

extension ParameterScale {
    /// The value at a place of the axis.
    func value(_ place: Double) -> Double { isLogarithmic ? exp(place) : place }
}
