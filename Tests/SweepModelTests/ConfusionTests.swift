import SweepModel
import Testing

@Suite struct ConfusionTests {
    @Test func rowsAreLabelsAndColumnsPredictions() throws {
        let confusion = try #require(Confusion(labels: [0, 1, 1, 2, 1], predictions: [0, 2, 1, 2, 2], classes: 3))
        #expect(confusion.counts == [[1, 0, 0], [0, 1, 2], [0, 0, 1]])
        #expect(
            confusion.mistakes == [
                Confusion.Mistake(sample: 1, label: 1, prediction: 2),
                Confusion.Mistake(sample: 4, label: 1, prediction: 2),
            ])
    }

    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1000])
    func mistakesAreSpreadEvenlyAndNoMoreThan64(count: Int) throws {
        // Each third sample is a mistake.
        let labels = (0..<count * 3).map { UInt16($0 % 3 == 1 ? 1 : 0) }
        let predictions = [UInt16](repeating: 0, count: count * 3)
        let confusion = try #require(Confusion(labels: labels, predictions: predictions, classes: 2))
        #expect(confusion.counts == [[2 * count, 0], [count, 0]])
        let samples = confusion.mistakes.map(\.sample)
        #expect(samples.count == min(count, 64))
        #expect(samples.allSatisfy { $0 % 3 == 1 } && (samples.first ?? 1) == 1)
        let gaps = zip(samples.dropFirst(), samples).map { $0 - $1 }
        #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 3)
        #expect((samples.last ?? 0) >= 3 * (count - 1 - count / 64))
    }

    @Test func whatIsNoMatrixIsNone() {
        #expect(Confusion(labels: [0], predictions: [0, 1], classes: 2) == nil)
        #expect(Confusion(labels: [2], predictions: [0], classes: 2) == nil)
        #expect(Confusion(labels: [0], predictions: [2], classes: 2) == nil)
        #expect(Confusion(labels: [0], predictions: [0], classes: 257) == nil)
        #expect(Confusion(labels: [], predictions: [], classes: 256)?.mistakes.isEmpty == true)
    }
}
