extension Model {
    /// The softmax of each sample's logits, N×C, row by row.
    ///
    /// - Parameter image: averages the logits of each image of this shape with those of its mirror image.
    /// - Throws: as `accuracy`.
    public func probabilities(
        on samples: LabelledSamples, mirroredAs image: ImageShape? = nil, using workspace: Workspace
    ) throws(NeuralCoreError) -> [Double] {
        var probabilities: [Double] = []
        probabilities.reserveCapacity(samples.count * classes)
        var logits = try logits(on: samples, mirroredAs: image, using: workspace)
        if image != nil { for i in logits.indices { logits[i] *= 0.5 } }
        for first in stride(from: 0, to: logits.count, by: classes) {
            probabilities += Softmax.probabilities(logits[first..<(first + classes)])
        }
        return probabilities
    }
}

/// Several models that answer together: the mean of their probabilities, each with its weight.
public struct Ensemble: Sendable {
    public let members: [(model: Model, weight: Double)]

    /// - Precondition: one member or more, weights above 0.
    public init(_ members: [(model: Model, weight: Double)]) {
        precondition(!members.isEmpty && members.allSatisfy { $0.weight > 0 })
        self.members = members
    }

    /// The weighted mean of the members' probabilities, N×C, added up in the order of the members.
    ///
    /// - Throws: as `Model.accuracy`.
    public func probabilities(
        on samples: LabelledSamples, mirroredAs image: ImageShape? = nil, using workspace: Workspace
    ) throws(NeuralCoreError) -> [Double] {
        let total = members.reduce(0) { $0 + $1.weight }
        var mean = [Double](repeating: 0, count: samples.count * samples.classes)
        for (model, weight) in members {
            let share = weight / total
            for (i, p) in try model.probabilities(
                on: samples, mirroredAs: image, using: workspace
            ).enumerated() { mean[i] += share * p }
        }
        return mean
    }

    /// The most likely class of each sample; of equally likely ones the first.
    public func predictions(
        on samples: LabelledSamples, mirroredAs image: ImageShape? = nil, using workspace: Workspace
    ) throws(NeuralCoreError) -> [UInt16] {
        let probabilities = try probabilities(on: samples, mirroredAs: image, using: workspace)
        let classes = samples.classes
        return (0..<samples.count).map { row in
            let own = probabilities[(row * classes)..<((row + 1) * classes)]
            var best = own.startIndex
            for c in own.indices where own[c] > own[best] { best = c }
            return UInt16(best - own.startIndex)
        }
    }
}

/// Of additions and multiplications alone, so that every machine gives the same bits.
enum Softmax {
    /// e^(logit − largest) over their sum.
    static func probabilities(_ logits: ArraySlice<Float>) -> [Double] {
        let largest = Double(logits.reduce(-.infinity) { max($0, $1) })
        let powers = logits.map { exponential(Double($0) - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// eˣ for x ≤ 0, relative error below 1e-12; 0 below −700; NaN stays NaN.
    static func exponential(_ x: Double) -> Double {
        guard x >= -700 else { return x.isNaN ? x : 0 }
        // eˣ = (e^(x/1024))^1024: the series of a number below 0.7 in magnitude is short.
        let small = x / 1024
        var (term, sum) = (1.0, 1.0)
        for k in 1...20 {
            term *= small / Double(k)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }
}
