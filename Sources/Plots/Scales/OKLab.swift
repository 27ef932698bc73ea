/// A colour space in which equal distances look equal: B. Ottosson, *A perceptual color space for image processing*,
/// 2020.
struct OKLab: Sendable, Equatable {
    /// 0 black … 1 white.
    var lightness: Double
    var a: Double
    var b: Double

    init(lightness: Double, a: Double, b: Double) { (self.lightness, self.a, self.b) = (lightness, a, b) }

    init(_ color: RGB) {
        let light = color.linear
        func cone(_ weights: (Double, Double, Double)) -> Double {
            Logarithm.power(light[0] * weights.0 + light[1] * weights.1 + light[2] * weights.2, 1 / 3)
        }
        let l = cone((0.4122214708, 0.5363325363, 0.0514459929))
        let m = cone((0.2119034982, 0.6806995451, 0.1073969566))
        let s = cone((0.0883024619, 0.2817188376, 0.6299787005))
        lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
        a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
        b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    }

    var color: RGB {
        func cube(_ value: Double) -> Double { value * value * value }
        let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
        let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
        let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
        return RGB(linear: [
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
        ])
    }

    func distance(to other: OKLab) -> Double {
        let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
        return (dl * dl + da * da + db * db).squareRoot()
    }

    /// At `t` 0…1 on the straight way to `other`.
    func mixed(with other: OKLab, _ t: Double) -> OKLab {
        OKLab(
            lightness: lightness + (other.lightness - lightness) * t, a: a + (other.a - a) * t, b: b + (other.b - b) * t
        )
    }
}
