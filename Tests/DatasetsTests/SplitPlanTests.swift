import Testing

@testable import Datasets

@Suite struct SplitPlanTests {
    private func contents(_ training: Int, _ validation: Int? = nil, test: Int = 100) -> SourceContents {
        SourceContents(
            training: training, validation: validation, test: test, dimension: 1, classNames: ["a", "b"], image: nil)
    }

    @Test(
        arguments: [
            ("cifar10", 50000, nil, nil, nil, 49000, 1000), ("cifar10", 50000, nil, 5000, nil, 45000, 5000),
            ("cifar10", 50000, 49500, nil, nil, 49500, 500), ("cifar10", 50000, 10000, nil, nil, 10000, 1000),
            ("mnist", 60000, nil, nil, nil, 55000, 5000), ("fashion-mnist", 60000, 50000, 10000, nil, 50000, 10000),
            ("npz", 1000, nil, nil, nil, 900, 100), ("npz", 5, nil, nil, nil, 4, 1),
            ("npz", 1000, nil, nil, 50, 1000, 50),
            ("npz", 1000, 10, 20, 50, 10, 20), ("npz", 1000, nil, 300, nil, 700, 300),
        ] as [(String, Int, Int?, Int?, Int?, Int, Int)])
    func defaultsLeaveRoomForWhatIsAskedFor(
        name: String, pool: Int, train: Int?, validation: Int?, stored: Int?, expectedTrain: Int,
        expectedValidation: Int
    ) throws {
        let plan = try SplitPlan(
            DatasetReference(name: name, train: train, validation: validation), contents(pool, stored))
        #expect(plan.train == expectedTrain && plan.validation == expectedValidation)
    }

    @Test(
        arguments: [
            (49000, 1001, nil), (50001, nil, nil), (nil, 50000, nil), (0, nil, nil), (nil, 0, nil), (-1, nil, nil),
            (nil, nil, 0), (nil, nil, 101), (Int.max, Int.max, nil),
        ] as [(Int?, Int?, Int?)])
    func moreThanThereIsIsRefused(train: Int?, validation: Int?, test: Int?) {
        expectError(.tooFewSamples, "cifar10") {
            _ = try SplitPlan(
                DatasetReference(name: "cifar10", train: train, validation: validation, test: test), contents(50000)
            ).testCount()
        }
    }

    @Test func oneSampleCannotBeSplit() {
        expectError(.tooFewSamples) { _ = try SplitPlan(DatasetReference(name: "npz"), contents(1)) }
    }
}
