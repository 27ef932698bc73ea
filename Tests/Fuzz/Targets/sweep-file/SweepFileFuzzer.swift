import FuzzKit

@testable import SweepModel

/// Any text as a sweep file. What is accepted must expand, print, and read back as the same sweep.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSweepFile(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = FuzzBytes(data, count).bytes
    do throws(SweepFileError) {
        let spec = try SweepSpec(parsing: bytes)
        checkTrials(of: spec)
        checkSearch(of: spec)
        let again = try SweepSpec(parsing: SourceNode(composing: bytes).jsonText)
        expect(again == spec, "the sweep reads back as another one")
        expect(SweepPlan(spec).trials == spec.trialCount, "the plan counts other trials")
    } catch {
        expect(!error.issues.isEmpty && error.issues.allSatisfy { !$0.detail.isEmpty }, "a refusal says nothing")
    }
    do throws(SweepFileError) {
        let spec = try SweepSpec(parsingSingleTrial: bytes)
        expect(spec.trialCount == 1, "a single trial has \(spec.trialCount)")
        _ = try spec.expand()
    } catch {
        expect(!error.issues.isEmpty, "a refusal says nothing")
    }
    return 0
}

private func checkTrials(of spec: SweepSpec) {
    expect(1...SweepSpec.maximumTrials ~= spec.trialCount, "the sweep has \(spec.trialCount) trials")
    let ends = Set(0..<min(spec.trialCount, 20)).union(max(0, spec.trialCount - 4)..<spec.trialCount)
    for index in ends.sorted() {
        let plan = spec.trial(at: index)
        expect(plan.index == index && plan.seed < 1 << 53, "trial \(index) has index \(plan.index), seed \(plan.seed)")
        let text = plan.parameters.jsonObjectText
        do throws(SweepFileError) {
            let read = try ParameterAssignment(jsonObjectText: text)
            expect(read == plan.parameters && read.names == plan.parameters.names, "\(text) reads back otherwise")
            // What results decide is not known yet.
            guard spec.cohort(of: index) == nil else { continue }
            let iterations = try spec.hyperparameters(for: plan.parameters).iterations(iterationsPerEpoch: 245)
            expect(1...100_000_000 ~= iterations, "trial \(index) has \(iterations) iterations")
        } catch {
            // Values that are each in range may be at odds with one another: that is told when the sweep is expanded.
            expect(refuses(spec, at: index), "trial \(index) is refused: \(error.message)")
        }
    }
}

/// The first cohort that results decide is chosen, and every trial has a group and rungs before its end.
private func checkSearch(of spec: SweepSpec) {
    if spec.trialCount <= 64, let first = (0..<spec.trialCount).first(where: { spec.cohort(of: $0) != nil }),
        let cohort = spec.cohort(of: first)
    {
        let results = (0..<first).map { index in
            SearchResult(
                index: index, parameters: spec.trial(at: index).parameters, state: .completed,
                value: Double(index % 7) / 7, curve: [], iterations: 1)
        }
        do throws(SweepFileError) {
            let plans = try spec.suggest(cohort, after: results)
            expect(plans.map(\.index) == Array(cohort), "a cohort is chosen in part")
        } catch {
            expect(refuses(spec, at: first), "a suggestion is refused: \(error.message)")
        }
    }
    guard let pruner = Pruner(spec) else { return }
    for index in [0, spec.trialCount / 2, spec.trialCount - 1] {
        let group = pruner.group(of: index)
        expect(group.contains(index) && group.upperBound <= spec.trialCount, "trial \(index) is in the group \(group)")
        let rungs = Array(pruner.rungs(of: index, iterations: 5000, iterationsPerEpoch: 7))
        expect(rungs == rungs.sorted() && rungs.allSatisfy { 0 < $0 && $0 < 5000 }, "the rungs are \(rungs)")
    }
}

/// Whether expanding the sweep up to `index` names the trial's fault too.
private func refuses(_ spec: SweepSpec, at index: Int) -> Bool {
    guard spec.trialCount <= 1000 else { return true }
    do throws(SweepFileError) {
        _ = try spec.expand()
        return false
    } catch {
        return true
    }
}
