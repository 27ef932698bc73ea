extension AxisScale {
    /// At most `count` labelled ticks from the low end to the high end, and minor ones between them on a logarithmic
    /// axis.
    ///
    /// - Parameter unicode: Whether `10⁻⁵` and `−3` may be written so, or as `1e-05` and `-3`.
    func ticks(atMost count: Int, unicode: Bool = true) -> [AxisTick] {
        let count = max(count, 1)
        let ticks =
            switch axis.scale {
            case .linear: linearTicks(atMost: count, unicode: unicode)
            case .logarithmic: logarithmicTicks(atMost: count, unicode: unicode)
            case .categories(let names): categoryTicks(names, atMost: count)
            }
        return ticks.sorted { $0.position < $1.position }
    }

    private func tick(_ value: Double, _ label: String) -> AxisTick? {
        guard let position = position(of: value) else { return nil }
        return AxisTick(value: value, position: min(max(position, 0), 1), label: label)
    }

    // MARK: Linear

    private func linearTicks(atMost count: Int, unicode: Bool) -> [AxisTick] {
        let step = LinearSteps.step(for: domain, atMost: count, format: axis.format)
        let (first, last) = step.indices(in: domain)
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: 1).compactMap { index in
            let value = step.value(index)
            return tick(value, linearLabel(value, step: step, unicode: unicode))
        }
    }

    /// All labels of an axis have the same number of digits after the point and the same unit.
    private func linearLabel(_ value: Double, step: LinearSteps, unicode: Bool) -> String {
        let largest = max(domain.lowerBound.magnitude, domain.upperBound.magnitude)
        let text: String
        switch axis.format {
        case .duration: text = Self.durationLabel(value, step: step, largest: largest)
        case .percent where largest < 1e4:
            text = NumberText.fixed(value * 100, digits: max(0, -step.exponent - 2)) + " %"
        case .number, .accuracy, .integer, .percent:
            if largest >= 1e7 || step.size < 0.99e-5 {
                guard value != 0 else { return "0" }
                let digits = min(max(Int(Logarithm.base10(value.magnitude).rounded(.down)) - step.exponent + 1, 1), 12)
                return unicode
                    ? NumberText.superscript(value, digits: digits) : NumberText.significant(value, digits: digits)
            }
            text = NumberText.fixed(value, digits: max(0, -step.exponent))
        }
        return unicode && text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    private static func durationLabel(_ seconds: Double, step: LinearSteps, largest: Double) -> String {
        guard seconds != 0 else { return "0" }
        let (unit, name) =
            if largest >= 2 * 86_400, step.size >= 43_200 {
                (86_400.0, " d")
            } else if largest >= 2 * 3600, step.size >= 900 {
                (3600.0, " h")
            } else if largest >= 120, step.size >= 15 {
                (60.0, " min")
            } else {
                (1.0, " s")
            }
        let digits = step.exponent < 0 ? -step.exponent : 4
        return NumberText.trimmed(NumberText.fixed(seconds / unit, digits: min(digits, 6))) + name
    }

    // MARK: Logarithmic

    private func logarithmicTicks(atMost count: Int, unicode: Bool) -> [AxisTick] {
        let first = Int((Logarithm.base10(domain.lowerBound) - 1e-9).rounded(.up))
        let last = Int((Logarithm.base10(domain.upperBound) + 1e-9).rounded(.down))
        let powers = max(0, last - first + 1)
        let isIn = { (value: Double) in
            value >= self.domain.lowerBound * (1 - 1e-9) && value <= self.domain.upperBound * (1 + 1e-9)
        }
        if powers >= 3 || (powers == 2 && count < 4) {
            // Every power of ten has a tick, every `stride`-th one a label.
            let stride = (powers + count - 1) / count
            let labelled = (first...last).filter { ($0 - first) % stride == 0 }.map { LogarithmicSteps.value(1, $0) }
            let label = logarithmicLabel(labelled, unicode: unicode)
            return (first - 1...last).flatMap { exponent in
                (1...(stride == 1 ? 9 : 1)).compactMap { mantissa in
                    let value = LogarithmicSteps.value(Double(mantissa), exponent)
                    guard isIn(value) else { return nil }
                    return tick(value, mantissa == 1 && (exponent - first) % stride == 0 ? label(value) : "")
                }
            }
        }
        let all = (first - 1...last).flatMap { exponent in
            (1...9).map { (Double($0), LogarithmicSteps.value(Double($0), exponent)) }
        }.filter { isIn($0.1) }
        for mantissas: Set<Double> in [[1, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1, 5], [1]] {
            let labelled = all.filter { mantissas.contains($0.0) }.map(\.1)
            guard labelled.count <= count, labelled.count >= 2 else { continue }
            let label = logarithmicLabel(labelled, unicode: unicode)
            return all.compactMap { tick($0.1, mantissas.contains($0.0) ? label($0.1) : "") }
        }
        // Less than a factor of two or so: the steps of a linear axis, placed by the logarithm.
        return linearTicks(atMost: count, unicode: unicode)
    }

    /// Plain numbers where they all are readable so, else all as powers.
    private func logarithmicLabel(_ values: [Double], unicode: Bool) -> (Double) -> String {
        let format = axis.format
        guard format == .number || format == .integer || format == .accuracy else { return { format.text($0) } }
        let isPlain = (values.min() ?? 1) >= 0.99e-4 && (values.max() ?? 1) <= 1.01e5
        if isPlain { return { NumberText.significant($0, digits: 3) } }
        return { unicode ? NumberText.superscript($0) : NumberText.significant($0, digits: 3) }
    }

    // MARK: Categories

    private func categoryTicks(_ names: [String], atMost count: Int) -> [AxisTick] {
        let stride = max(1, (names.count + count - 1) / count)
        return names.indices.compactMap { index in
            index % stride == 0 ? tick(Double(index), names[index].isEmpty ? "–" : names[index]) : nil
        }
    }
}
