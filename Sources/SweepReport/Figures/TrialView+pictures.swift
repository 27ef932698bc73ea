import Plots
import SweepAnalysis
import SweepModel

extension TrialView {
    static let mostTiles = 400

    func weights(most: Int = mostTiles) -> Figure {
        let title = "First-layer weights of trial \(trial.id)"
        guard let layer = record.firstLayer else {
            let sentence =
                trial.state == .completed
                ? "The weights of trial \(trial.id) are no pictures, or its model is not at hand."
                : "Trial \(trial.id) keeps no weights; it is \(trial.state.rawValue)."
            return empty(title, sentence)
        }
        guard let tiles = layer.tiles(most: most) else {
            return empty(title, "The weights of trial \(trial.id) are no pictures of one or three colours.")
        }
        let shown = tiles.count < layer.hidden ? "the first \(tiles.count) of \(layer.hidden)" : "all \(layer.hidden)"
        return Figure(
            title: title,
            subtitle: "\(shown) hidden units, each from its least weight (black) to its greatest (white)",
            summary: "\(Sentence.capitalized(shown)) hidden units as \(layer.width)×\(layer.height) pictures.",
            content: .tiles(TileGrid(tiles: tiles)))
    }

    func confusion() -> Figure {
        let title = "Confusion matrix of trial \(trial.id)"
        guard let promotion = record.promotion else {
            return empty(title, "Trial \(trial.id) was not promoted: its model was never measured on the test set.")
        }
        guard let counts = promotion.confusion?.counts, !counts.isEmpty else {
            return empty(title, "This promotion was recorded by an earlier version, which kept no confusion matrix.")
        }
        let size = counts.count
        let names = (0..<size).map(pictures.name)
        let sums = counts.map { row in row.reduce(0) { $0 &+ max(0, $1) } }
        let cells = counts.indices.map { label in
            (0..<size).map { prediction -> Heatmap.Cell? in
                guard prediction < counts[label].count, sums[label] > 0 else { return nil }
                let count = counts[label][prediction]
                return Heatmap.Cell(
                    // Whole per cents: more digits would not fit, and would mean nothing.
                    (Double(count) / Double(sums[label]) * 100).rounded() / 100,
                    note: "\(count) of \(sums[label]) images of \(names[label]) were taken for \(names[prediction])",
                    isMarked: label == prediction)
            }
        }
        let content = Heatmap(
            x: Axis("prediction", scale: .categories(names)), y: Axis("label", scale: .categories(names)),
            value: Axis("share of the label's images", format: .percent, range: 0...1), cells: cells,
            hasNumbers: size <= 12)
        let accuracy = NumberText.fixed(promotion.testAccuracy, 3)
        return Figure(
            title: title, subtitle: "\(NumberText.count(promotion.testExamples)) test images; rows add up to 100 %",
            summary: "Test accuracy \(accuracy)." + confusionWords(counts, sums, names), content: .heatmap(content))
    }

    private func confusionWords(_ counts: [[Int]], _ sums: [Int], _ names: [String]) -> String {
        var pairs: [(count: Int, label: Int, prediction: Int)] = []
        for label in counts.indices {
            for prediction in counts[label].indices where prediction != label && prediction < names.count {
                pairs.append((counts[label][prediction], label, prediction))
            }
        }
        let hits = counts.indices.filter { sums[$0] > 0 && $0 < counts[$0].count }
            .map { (share: Double(counts[$0][$0]) / Double(sums[$0]), label: $0) }
        var text = ""
        if let worst = hits.min(by: { $0.share < $1.share }), let best = hits.max(by: { $0.share < $1.share }) {
            text +=
                " Best class \(names[best.label]) (\(NumberText.fixed(best.share * 100, 0)) %), "
                + "worst \(names[worst.label]) (\(NumberText.fixed(worst.share * 100, 0)) %)."
        }
        if let most = pairs.max(by: { ($0.count, $1.label, $1.prediction) < ($1.count, $0.label, $0.prediction) }),
            most.count > 0
        {
            text += " Most often mistaken: \(names[most.label]) for \(names[most.prediction]) (\(most.count) times)."
        }
        return text
    }

    func mistakes(most: Int = mostTiles) -> Figure {
        let title = "Mistakes of trial \(trial.id)"
        guard let promotion = record.promotion else {
            return empty(title, "Trial \(trial.id) was not promoted: its model was never measured on the test set.")
        }
        guard let mistakes = promotion.confusion?.mistakes, !mistakes.isEmpty else {
            let sentence =
                promotion.confusion == nil
                ? "This promotion was recorded by an earlier version, which kept no mistakes."
                : "There are no mistakes."
            return empty(title, sentence)
        }
        guard !pictures.mistakes.isEmpty else {
            return empty(title, "The test images are not at hand; the data set was moved or is not images.")
        }
        let shown = Array(zip(mistakes, pictures.mistakes).prefix(most))
        let captions = shown.map { "\(pictures.name($0.0.label)) → \(pictures.name($0.0.prediction))" }
        let wrong = promotion.testExamples - promotion.correct
        return Figure(
            title: title, subtitle: "label → prediction",
            summary: "\(shown.count) of \(NumberText.count(wrong)) test images that were taken for something else, "
                + "evenly spread over the test set.",
            content: .tiles(TileGrid(tiles: shown.map(\.1), captions: captions)))
    }
}

extension FirstLayer {
    /// The weights of each hidden unit as a picture, from its own minimum (0) to its own maximum (255); nil when they are
    /// none.
    func tiles(most: Int) -> [TileGrid.Picture]? {
        guard width > 0, height > 0, hidden > 0, channels == 1 || channels == 3 else { return nil }
        let (area, overflow) = width.multipliedReportingOverflow(by: height)
        let (inputs, overflow2) = area.multipliedReportingOverflow(by: channels)
        let (all, overflow3) = inputs.multipliedReportingOverflow(by: hidden)
        guard !overflow, !overflow2, !overflow3, all == weights.count else { return nil }
        return weights.withUnsafeBufferPointer { weights in
            (0..<min(hidden, max(0, most))).map { unit in
                var low = Double.infinity, high = -Double.infinity
                for input in 0..<inputs {
                    let weight = Double(weights[input * hidden + unit])
                    guard weight.isFinite else { continue }
                    (low, high) = (min(low, weight), max(high, weight))
                }
                let scale = high > low ? 255 / (high - low) : 0
                let pixels = (0..<inputs).map { input -> UInt8 in
                    let weight = Double(weights[input * hidden + unit])
                    guard weight.isFinite, scale.isFinite else { return 0 }
                    return UInt8(min(255, max(0, ((weight - low) * scale).rounded(.down))))
                }
                return TileGrid.Picture(width: width, height: height, channels: channels, pixels: pixels)
            }
        }
    }
}
