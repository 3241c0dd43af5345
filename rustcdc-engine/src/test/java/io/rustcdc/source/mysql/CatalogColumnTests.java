package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Types as information_schema spells them. */
class CatalogColumnTests {

    @Test // MY-09, MY-10
    void labelsAreReadFromTheTypeWhateverTheyContain() {
        assertThat(RowFixtures.text("e", "enum", "enum('a','b,c','it''s','','x\\\\y','n\\nl','z\\0','(')", "utf8mb4", 4)
                        .labels())
                .containsExactly("a", "b,c", "it's", "", "x\\y", "n\nl", "z\0", "(");
        assertThat(RowFixtures.text("v", "varchar", "varchar(20)", "utf8mb4", 80)
                        .labels())
                .isEmpty();
    }

    @Test
    void whatMariaDbSaysOfStorageIsHeeded() {
        assertThat(RowFixtures.number("t", "time", "time(2) /* mariadb-5.3 */", 0, 0)
                        .stored())
                .isEqualTo(new StoredType(StoredType.OLD_TIME, 0));
        assertThat(RowFixtures.text("v", "varchar", "varchar(100) /*M!100301 COMPRESSED*/", "utf8mb4", 400)
                        .stored())
                .isEqualTo(new StoredType(StoredType.COMPRESSED_VARCHAR, 401));
    }

    @Test
    void aTypeOfTomorrowIsNone() {
        assertThat(RowFixtures.number("x", "quaternion", "quaternion", 0, 0).stored())
                .isNull();
    }
}
