import Foundation
import NeuralCore
import Testing

struct ToyExerciseTests {
    @Test func allSevenFiguresAgreeToTheLastPrintedDigit() {
        let figures = ToyExercise.figures().figures
        #expect(figures.count == 7)
        for figure in figures {
            #expect(
                String(format: figure.format, figure.ours) == String(format: figure.format, figure.printed),
                "\(figure.name)")
        }
    }

    @Test func theRandomStreamStandsWhereTheExercisesFirstRunBegins() {
        var random = ToyExercise.figures().random
        #expect((0..<4).map { _ in random.word() } == [3_192_513_282, 687_088_793, 760_811_201, 1_945_052_097])
    }

    @Test func mersenneTwisterGivesNumPysWords() {
        var zero = NumPyRandom(seed: 0)
        var one = NumPyRandom(seed: 1)
        #expect((0..<3).map { _ in zero.word() } == [2_357_136_044, 2_546_248_239, 3_071_714_933])
        #expect((0..<3).map { _ in one.word() } == [1_791_095_845, 4_282_876_139, 3_093_770_124])
    }

    @Test func normalsGiveTheSecondOfAPairFirst() {
        var random = NumPyRandom(seed: 0)
        #expect(random.normals(2, scale: 0.1) == [0.1764052345967664, 0.040015720836722335])
    }

    @Test func choiceRejectsNumbersBeyondTheBound() {
        var random = NumPyRandom(seed: 3)
        let draws = random.choice(5, count: 1000)
        #expect(Set(draws) == [0, 1, 2, 3, 4])
        #expect(random.choice(1, count: 3) == [0, 0, 0])
    }
}
