/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.ListedHeaders;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HopsTest {

    private final Hops hops = new Hops(Hops.Kind.CONNECT, "n");

    @Test
    void beginsWithTheFirstHop() {
        assertThat(new Hops(Hops.Kind.PRODUCE, "shop").append(null, 1_700_000_000_000L))
                .isEqualTo("v1,1;p,shop,1700000000000");
    }

    @Test
    void addsAHopAtTheEnd() {
        assertThat(new Hops(Hops.Kind.SINK, "es")
                        .append("v1,2;p,shop,1700000000000;k,delay,1700000000001", 1700000000002L))
                .isEqualTo("v1,3;p,shop,1700000000000;k,delay,1700000000001;s,es,1700000000002");
    }

    @Test
    void keepsTheFirstAndTheLastSevenHops() {
        assertThat(after(8)).isEqualTo("v1,8;k,n,1;k,n,2;k,n,3;k,n,4;k,n,5;k,n,6;k,n,7;k,n,8");
        assertThat(after(9)).isEqualTo("v1,9;k,n,1;k,n,3;k,n,4;k,n,5;k,n,6;k,n,7;k,n,8;k,n,9");
        assertThat(after(100)).isEqualTo("v1,100;k,n,1;k,n,94;k,n,95;k,n,96;k,n,97;k,n,98;k,n,99;k,n,100");
    }

    @Property
    void neverKeepsMoreThanEight(@ForAll @IntRange(min = 1, max = 60) int count) {
        String text = after(count);

        assertThat(text).startsWith("v1," + count + ";k,n,1").endsWith("k,n," + count);
        assertThat(text.split(";")).hasSize(1 + Math.min(count, 8));
    }

    @Test
    void shortensForeignHopsThatAreTooLong() {
        String tenHops = "v1,10;p,a,1;p,b,2;p,c,3;p,d,4;p,e,5;p,f,6;p,g,7;p,h,8;p,i,9;p,j,10";

        assertThat(hops.append(tenHops, 11)).isEqualTo("v1,11;p,a,1;p,e,5;p,f,6;p,g,7;p,h,8;p,i,9;p,j,10;k,n,11");
    }

    @Test
    void neverCountsLessThanItSees() {
        assertThat(hops.append("v1,1;p,a,1;p,b,2", 3)).isEqualTo("v1,3;p,a,1;p,b,2;k,n,3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1",
                "v1,",
                "v1,1",
                "v1,1;",
                "v1,;p,a,1",
                "v1,x;p,a,1",
                "v1,-1;p,a,1",
                "v1,123456789;p,a,1",
                "v2,1;p,a,1",
                "V1,1;p,a,1",
                "v1,1;p,a,1;",
                "v1,1;p,a",
                "v1,1;p,a,",
                "v1,1;p,a,x",
                "v1,1;p,a,1x",
                "v1,1;p,a,-1",
                "v1,1;p,a,1234567890123456789",
                "v1,1;p",
                "v1,1;p,",
                "v1,1;pp,a,1",
                "v1,1;,a,1",
                "v1,1;1,a,1",
                "v1,2;p,a;b,1",
                "v1,2;p,a,1;;p,b,2",
                "garbage"
            })
    void startsAgainIfTheHeaderIsMalformed(String malformed) {
        assertThat(hops.append(malformed, 5)).isEqualTo("v1,1;k,n,5");
    }

    @Property
    void neverFailsAndAlwaysWritesWhatItReads(@ForAll String anything, @ForAll String node) {
        String once = new Hops(Hops.Kind.CONNECT, node).append(anything, 1);

        assertThat(hops.append(once, 2)).startsWith("v1,2;").endsWith(";k,n,2");
    }

    @Property
    void readsTheBytesOfAHeaderAsItsText(@ForAll @IntRange(min = 1, max = 12) int count) {
        ListedHeaders headers = ListedHeaders.of("trace_hops", after(count));

        assertThat(hops.append(headers.chars("trace_hops"), count + 1)).isEqualTo(after(count + 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            delay-orders      | delay-orders
            a.b:c/d@e#f+g_h-1 | a.b:c/d@e#f+g_h-1
            a,b;c             | a_b_c
            my node           | my_node
            {"a":[1]}         | __a_:_1__
            a=b               | a_b
            größe             | größe
            订单               | 订单
            😀                | __
            """)
    void writesNodeNamesWithoutBreakingTheForm(String node, String written) {
        assertThat(new Hops(Hops.Kind.CONNECT, node).append(null, 1)).isEqualTo("v1,1;k," + written + ",1");
    }

    @Test
    void cutsLongNodeNames() {
        assertThat(new Hops(Hops.Kind.CONNECT, "n".repeat(65)).append(null, 1))
                .isEqualTo("v1,1;k," + "n".repeat(64) + ",1");
    }

    private String after(int count) {
        @Nullable String text = null;
        for (int i = 1; i <= count; i++) {
            text = hops.append(text, i);
        }
        return String.valueOf(text);
    }
}
