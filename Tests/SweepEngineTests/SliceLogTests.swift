import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

@Suite struct SliceLogTests {
    private let origin = ContinuousClock().now

    private func entry(_ worker: Int, _ trial: Int64, _ start: Int, _ end: Int) -> SliceLog.Entry {
        SliceLog.Entry(
            worker: worker, trial: trial, sweep: trial / 10, start: origin + .milliseconds(start),
            end: origin + .milliseconds(end))
    }

    /// Worker, trial and milliseconds of each record, 10 seconds after the origin.
    private func records(_ log: SliceLog) -> [[Int]] {
        log.records(at: origin + .seconds(10)).map { record in
            [record.worker, Int(record.trial)]
                + [record.range.lowerBound, record.range.upperBound].map { Int(($0 * 1000).rounded()) }
        }
    }

    @Test func slicesThatFollowEachOtherAreOne() {
        var log = SliceLog()
        for slice in [
            entry(0, 11, 0, 200), entry(1, 12, 10, 210), entry(0, 11, 200, 400), entry(1, 13, 210, 300),
            entry(0, 11, 450, 600), entry(1, 12, 300, 400), entry(0, 11, 701, 800),
        ] { log.add(slice) }
        #expect(
            records(log) == [
                [0, 11, -10000, -9400], [1, 12, -9990, -9790], [1, 13, -9790, -9700], [1, 12, -9700, -9600],
                [0, 11, -9299, -9200],
            ])
        #expect(log.records(at: origin).allSatisfy { $0.range.upperBound <= 0 && $0.sweep == 1 })
    }

    @Test func onlyTheLastAreKept() {
        var log = SliceLog()
        log.add(entry(7, 1, 0, 1))
        for index in 0..<6000 { log.add(entry(index % 2, Int64(index), index, index + 1)) }
        // Its place has long been taken by another slice.
        log.add(entry(7, 1, 1, 6001))
        let kept = log.records(at: origin)
        #expect(kept.count == 4096)
        #expect(kept.map(\.trial) == (1905..<6000).map { Int64($0) } + [1])
        #expect(kept.last?.worker == 7)
    }

    @Test func anEngineKnowsWhichWorkerTrainedWhat() async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: 3)
            #expect(await daemon.engine.workerSlices().isEmpty)
            let sweep = try await daemon.submit(Files.grid())
            let trials = try await daemon.ends(sweep)
            let slices = await daemon.engine.workerSlices()
            #expect(Set(slices.map(\.trial)) == Set(trials.map(\.id)))
            #expect(slices.allSatisfy { 0..<3 ~= $0.worker && $0.sweep == sweep && $0.range.upperBound <= 0 })
            // A worker does one thing at a time.
            for worker in 0..<3 {
                let own = slices.filter { $0.worker == worker }
                #expect(zip(own, own.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound + 1e-6 })
            }
            try await daemon.stop()
        }
    }
}
